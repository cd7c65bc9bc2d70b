import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from '../src/index.js';

const schemas = Object.entries(contracts).flatMap(([name, value]): [string, z.ZodType][] =>
  value instanceof z.ZodType ? [[name, value]] : [],
);

describe('the schemas of the contract', () => {
  it.each(schemas)('%s can be told as JSON Schema, for requests and for responses', (_, schema) => {
    for (const io of ['input', 'output'] as const)
      expect(z.toJSONSchema(schema, { io })).toHaveProperty('$schema');
  });

  it('have names that are used once', () => {
    const names = schemas.flatMap(([, schema]) => schema.meta()?.id ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['SubmitJob', 'Job', 'Question', 'Answer', 'Memory', 'Problem']),
    );
  });
});
