import { describe, expect, it } from 'vitest';
import { callSeen, thingsIn, type SeenPlaces } from '../../src/index.js';

const CATEGORIES = ['sofa', 'table'];
/** Looks that are so many that those that saw nothing hardly count. */
const MANY = 100_000;
type Row = [place: [number, number, number], looks: number, first: number, likely: [number, number]];

/** A chunk's places: cubes of a quarter of a metre, with how likely each category is there. */
const places = (...rows: Row[]): SeenPlaces => ({
  cubes: Int32Array.from(rows.flatMap(([place, looks, first]) => [...place, looks, first])),
  likely: Uint8Array.from(rows.flatMap(([, , , likely]) => likely.map((each) => Math.round(255 * each)))),
});

describe('the things that eyes saw', () => {
  it('are places that hang together, with all of them in their box', () => {
    const seen = places(
      [[0, 0, 0], MANY, 9, [0.8, 0.1]],
      [[1, 0, 0], MANY, 7, [0.8, 0.1]],
      [[2, 0, 0], MANY, 8, [0.8, 0.1]],
      [[20, 0, 0], MANY, 3, [0, 0.6]],
    );
    const [sofa, table, ...more] = thingsIn([seen], CATEGORIES).filter(({ likelihood }) => likelihood > 0.2);
    expect(sofa).toMatchObject({ category: 'sofa', from: [0, 0, 0], to: [0.75, 0.25, 0.25], firstFrame: 7 });
    expect(sofa?.likelihood).toBeCloseTo(0.8, 2);
    expect(table).toMatchObject({
      category: 'table',
      from: [5, 0, 0],
      to: [5.25, 0.25, 0.25],
      firstFrame: 3,
    });
    expect(more).toEqual([]);
  });

  it('do not fill what lies beside them', () => {
    const beside: Row = [[3, 0, 0], MANY, 9, [0.1, 0]];
    const [sofa] = thingsIn(
      [places([[1, 0, 0], MANY, 9, [0.9, 0]], [[2, 0, 0], MANY, 9, [0.9, 0]], beside)],
      CATEGORIES,
    );
    expect(sofa).toMatchObject({ from: [0.25, 0, 0], to: [0.75, 0.25, 0.25] });
  });

  it('are the same in whichever chunks they were seen', () => {
    const [one, other]: [Row, Row] = [
      [[0, 0, 0], 100, 9, [0.8, 0]],
      [[1, 0, 0], 100, 7, [0.6, 0]],
    ];
    expect(thingsIn([places(one), places(other)], CATEGORIES)).toEqual(
      thingsIn([places(one, other)], CATEGORIES),
    );
    // a place that two chunks saw is as likely as all of its looks make it
    const [seldom, often] = [
      places([[0, 0, 0], MANY, 9, [0.8, 0]]),
      places([[0, 0, 0], 3 * MANY, 2, [0.4, 0]]),
    ];
    const [sofa] = thingsIn([seldom, often], CATEGORIES);
    expect(sofa).toMatchObject({ firstFrame: 2, likelihood: expect.closeTo(0.5, 2) as number });
  });

  it('are first seen by who first sees their edge', () => {
    const [sofa] = thingsIn(
      [places([[0, 0, 0], 100, 9, [0.8, 0]], [[1, 0, 0], 100, 4, [0.1, 0]], [[3, 0, 0], 100, 2, [0.1, 0]])],
      CATEGORIES,
    );
    expect(sofa).toMatchObject({ category: 'sofa', firstFrame: 4 });
  });

  it('are less likely where few looks say so', () => {
    const likelihoods = [100, 300, 2700].map((looks) => {
      const [sofa] = thingsIn([places([[0, 0, 0], looks, 0, [1, 0]])], CATEGORIES);
      return sofa?.likelihood ?? 0;
    });
    expect(likelihoods).toEqual([0.25, 0.5, 0.9]);
  });

  it('are meant where they were seen often, rather than surely in passing', () => {
    const [often, passing]: [Row, Row] = [
      [[0, 0, 0], 2000, 9, [0, 0.3]],
      [[40, 0, 0], 120, 113, [0, 0.4]],
    ];
    const [table] = thingsIn([places(passing, often)], CATEGORIES).filter(
      ({ category }) => category === 'table',
    );
    expect(table).toMatchObject({ firstFrame: 9, from: [0, 0, 0] });
  });
});

describe('what people call a thing', () => {
  const call = callSeen([
    { name: 'sofa', plural: 'sofas', synonyms: ['couch'] },
    { name: 'box', plural: 'boxes', synonyms: ['cardboard box'] },
    { name: 'table', plural: 'tables', synonyms: [] },
  ]);

  it('is one of its names, whatever is said before that', () => {
    expect(['Couch', 'two red sofas', 'cardboard boxes'].map((text) => call(text, 'other'))).toEqual([
      ...['sofa', 'sofa', 'box'],
    ]);
  });

  it('keeps the word that tells things of a category apart', () => {
    expect(call('long wooden table', 'table')).toBe('long table');
  });

  it('is what the reader took it for where that has such a name, and another thing elsewhere', () => {
    expect(call('davenport', 'sofa')).toBe('sofa');
    expect(call('pumpkin', 'other')).toBe('other');
    expect(call('pumpkin', 'fridge')).toBe('other');
  });
});
