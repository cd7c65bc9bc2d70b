import { delimiter, dirname } from 'node:path';

/** The environment that everything runs in: that Node first on PATH, and tools that neither phone home nor download. */
export function environment(node) {
  return {
    ...process.env,
    PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter),
    // where the user stands: we run everything from the root
    INIT_CWD: process.env.INIT_CWD ?? process.cwd(),
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    CHECKPOINT_DISABLE: '1',
    // the client is generated without the schema engine, which would be downloaded
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/false',
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    // it reports its use to its maker otherwise
    ORT_DISABLE_TELEMETRY: '1',
  };
}
