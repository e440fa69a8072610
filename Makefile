# The same names as the npm scripts; a colon of a script is a dash here.
.PHONY: setup check test test-server test-scenarios test-cluster conformance sim swarm mutants bench cluster demo demo-cluster build image crds docs presubmit

setup:
	npm run setup

check:
	npm run check

test:
	npm run test

test-server:
	npm run test:server

test-scenarios:
	npm run test:scenarios

test-cluster:
	npm run test:cluster

conformance:
	npm run conformance

sim:
	npm run sim

swarm:
	npm run swarm

mutants:
	npm run mutants

bench:
	npm run bench

cluster:
	npm run cluster

demo:
	npm run demo

demo-cluster:
	npm run demo:cluster

build:
	npm run build

image:
	npm run image

crds:
	npm run crds

docs:
	npm run docs

presubmit:
	npm run presubmit
