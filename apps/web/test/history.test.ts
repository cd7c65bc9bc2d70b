import type { Page, Question } from '@loci/contracts';
import { describe, expect, it } from 'vitest';
import { withNewest } from '../src/ask/history.js';

const question = (id: string) => ({ id }) as Question;
const pages = (...all: string[][]) => ({
  pages: all.map((ids): Page<Question> => ({ data: ids.map(question), next_cursor: null })),
  pageParams: all.map((_, index) => String(index)),
});
const idsOf = (kept: ReturnType<typeof withNewest>) =>
  kept?.pages.map(({ data }) => data.map(({ id }) => id));

describe('a question that was just asked', () => {
  it('comes before all others', () => {
    expect(idsOf(withNewest(pages(['b', 'a'], ['0']), question('c')))).toEqual([['c', 'b', 'a'], ['0']]);
  });

  it('stands once, where the list has it already', () => {
    expect(idsOf(withNewest(pages(['c', 'b']), question('c')))).toEqual([['c', 'b']]);
  });

  it('waits for the list, where that has not come', () => {
    expect(withNewest(undefined, question('c'))).toBeUndefined();
  });
});
