import { readFile } from 'node:fs/promises';
import { CommandError } from '@loci/host';
import { z } from 'zod';

/** A data set cannot be evaluated. The message names the file and the line. */
export class DatasetError extends CommandError {
  override readonly name = 'DatasetError';
  constructor(place: { file: string; line?: number }, detail: string, options?: ErrorOptions) {
    super(`${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${detail}`, options);
  }
}

/** The text of a record in its file. */
export interface Item {
  file: string;
  /** Counted from 1. */
  line: number;
  text: string;
}

/**
 * The records of a file: the lines of `.jsonl`, else the items of a JSON array.
 * @param key the name under which a JSON object holds the array
 * @throws DatasetError when the file cannot be read, or its array does not end
 */
export async function readItems(file: string, key?: string): Promise<Item[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DatasetError({ file }, 'the file cannot be read', { cause });
  });
  if (file.endsWith('.jsonl'))
    return text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [{ file, line: index + 1, text: line }]));
  const opening = key === undefined ? /^\s*\[/ : new RegExp(`"${key}"\\s*:\\s*\\[`);
  const found = opening.exec(text);
  if (found === null)
    throw new DatasetError(
      { file },
      key === undefined ? 'this is no JSON array' : `there is no array "${key}"`,
    );
  return arrayItems(file, text, found.index + found[0].length);
}

/** Cuts an array into the texts of its items. They are parsed later, so that a fault can name its line. */
function arrayItems(file: string, text: string, start: number): Item[] {
  const items: Item[] = [];
  let line = text.slice(0, start).split('\n').length;
  const take = (from: number, to: number) => {
    const padded = text.slice(from, to);
    const item = padded.trimStart();
    const linesBefore = padded.slice(0, padded.length - item.length).split('\n').length - 1;
    if (item !== '') items.push({ file, line: line + linesBefore, text: item });
    line += padded.split('\n').length - 1;
  };
  for (let index = start, from = start, depth = 0, quoted = false; index < text.length; index += 1) {
    const sign = text.charAt(index);
    if (quoted) {
      if (sign === '\\') index += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (depth > 0) depth -= sign === ']' || sign === '}' ? 1 : 0;
    else if (sign === ',' || sign === ']') {
      take(from, index);
      from = index + 1;
      if (sign === ']') return items;
    }
  }
  throw new DatasetError({ file, line: text.split('\n').length }, 'the array does not end');
}

/**
 * Parses a record by its schema.
 * @throws DatasetError that names the line and each fault
 */
export function parseItem<T extends z.ZodType>(schema: T, item: Item): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(item.text);
  } catch (cause) {
    throw new DatasetError(item, 'this is no JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new DatasetError(item, faults.join('; '), { cause: parsed.error });
}
