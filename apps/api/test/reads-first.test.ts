import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readsFirst } from '../src/http/reads-first.js';
import type { ApiRequest } from '../src/http/request.js';

test('of hundreds of submits at once few begin in a turn; a read does not wait for them', async () => {
  const begun: string[] = [];
  const middleware = readsFirst();
  const come = (method: string, name: string) => {
    const request = Object.assign(new IncomingMessage(new Socket()), { method });
    middleware(request as ApiRequest, new ServerResponse(request), () => begun.push(name));
  };
  const names = Array.from({ length: 300 }, (_, i) => `submit ${i}`);
  for (const name of names) come('POST', name);
  come('GET', 'read');
  expect(begun).toEqual(['read']);
  await turn();
  expect(begun.length).toBeGreaterThan(1);
  expect(begun.length).toBeLessThan(10);
  while (begun.length <= names.length) await turn();
  expect(begun).toEqual(['read', ...names]);
  come('DELETE', 'later');
  await turn();
  expect(begun.at(-1)).toBe('later');
});
