# The image as an engine builds it; `npm run image` makes the same contents without one.
#   docker build --build-arg SLUICE_COMMIT="$(git rev-parse --short=12 HEAD)" \
#     --build-arg SLUICE_BUILT_AT="$(git show -s --format=%cI HEAD)" --tag sluice .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
ARG SLUICE_COMMIT=""
ARG SLUICE_BUILT_AT=""
RUN SLUICE_COMMIT="$SLUICE_COMMIT" SLUICE_BUILT_AT="$SLUICE_BUILT_AT" npm run build

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title=sluice
COPY --from=build /src/dist/sluice.mjs /app/sluice.mjs
ENV NODE_ENV=production
USER 65532:65532
ENTRYPOINT ["node", "--max-old-space-size-percentage=70", "--max-semi-space-size=4", "/app/sluice.mjs"]
