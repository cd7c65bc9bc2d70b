# Targets: api, worker, worker-gpu. Bring other base images with --build-arg NODE_IMAGE=… and CUDA_IMAGE=…
ARG NODE_IMAGE=node:24-bookworm-slim
ARG CUDA_IMAGE=nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04

FROM ${NODE_IMAGE} AS build
WORKDIR /loci
ENV NX_DAEMON=false NX_NO_CLOUD=true PRISMA_SCHEMA_ENGINE_BINARY=/bin/false
COPY . .
RUN tools/retry 600 npm ci --ignore-scripts --no-audit --no-fund \
 && npx nx run-many -t build -p @loci/api @loci/worker @loci/web

# what runs, without what builds and tests it; its packages are in npm's cache since the stage before
FROM build AS runtime
RUN tools/retry 600 npm ci --offline --ignore-scripts --no-audit --no-fund --omit=dev --workspace @loci/api --workspace @loci/worker \
 && rm -rf .nx samples tools bench training examples apps/local apps/evaluate apps/web/src apps/*/test libs/*/test && chmod a+x node_modules/@ffmpeg-binary/*/ffmpeg

# as `runtime`, with the CUDA libraries of ONNX Runtime, which its install script downloads
FROM runtime AS runtime-gpu
# by hand, for `allowScripts` makes `npm rebuild` skip the script and end with 0
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js \
 && ls node_modules/onnxruntime-node/bin/*/linux/x64/libonnxruntime_providers_cuda.so

# glibc: buffers of a chunk are given back to the system when they are freed
FROM ${NODE_IMAGE} AS base
WORKDIR /loci
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
ENV NODE_ENV=production HOST=0.0.0.0 MODEL_DIR=/loci/models ORT_DISABLE_TELEMETRY=1

FROM base AS api
COPY --from=runtime /loci /loci
USER 1000:1000
ENV WEB_DIR=/loci/apps/web/dist REPORT_DIR=/loci/docs/research/test-set
EXPOSE 8080
CMD ["node", "apps/api/dist/main.js"]

FROM base AS worker
COPY --from=runtime /loci /loci
USER 1000:1000
ENV WORKER_PORT=8081 GLIBC_TUNABLES=glibc.malloc.hugetlb=1
EXPOSE 8081
# a small heap: see smallHeap in apps/local/src/stack/service-specs.ts
CMD ["node", "--max-semi-space-size=4", "--initial-old-space-size=64", "--heap-growing-percent=20", "--single-threaded-gc", "--no-separate-gc-phases", "apps/worker/dist/main.js"]

FROM ${CUDA_IMAGE} AS worker-gpu
WORKDIR /loci
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072
ENV NODE_ENV=production HOST=0.0.0.0 MODEL_DIR=/loci/models WORKER_PORT=8081 ORT_DISABLE_TELEMETRY=1 EXECUTION_PROVIDERS=cuda,cpu
ENV GLIBC_TUNABLES=glibc.malloc.hugetlb=1
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=runtime-gpu /loci /loci
USER 1000:1000
EXPOSE 8081
CMD ["node", "--max-semi-space-size=4", "--initial-old-space-size=64", "--heap-growing-percent=20", "--single-threaded-gc", "--no-separate-gc-phases", "apps/worker/dist/main.js"]
