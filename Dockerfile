# The image as an engine builds it; `npm run image` makes the same contents without one.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title=sluice
COPY --from=build /src/dist/sluice.mjs /app/sluice.mjs
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["node", "--max-old-space-size-percentage=70", "/app/sluice.mjs"]
