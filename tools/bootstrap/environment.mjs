import { delimiter, dirname } from 'node:path';

/** The environment of every program: `node` is first on PATH, and tools neither report home nor download. */
export function environment(node) {
  return {
    ...process.env,
    PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
    // the user's folder: everything runs in the root
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    CHECKPOINT_DISABLE: '1',
    // the schema engine would be downloaded, and the client is generated without it
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false',
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    // ONNX Runtime would report its use to its maker
    ORT_DISABLE_TELEMETRY: '1',
  };
}
