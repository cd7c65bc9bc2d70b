import { spawnSync } from 'node:child_process';

/** A Python with the Python client and with what reads exports of maps; .ci/run makes one. */
export const PYTHON = process.env['LOCI_PYTHON'] ?? 'python3';

/** Whether that Python is there and has a module, or each of several: `torch, onnx`. */
export const hasPythonModule = (names: string): boolean =>
  spawnSync(PYTHON, ['-c', `import ${names}`], { stdio: 'ignore' }).status === 0;
