import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

/** The words that a chart shows beside the pointer: a name and a value a line. */
export type Hint = readonly (readonly [name: string, value: string])[];

/**
 * Draws a chart as an SVG. Its expressions are interpreted, for the page's policy forbids to compile them.
 * @param onHint what the pointer is over, and where in the chart; null over nothing
 */
export async function draw(
  container: HTMLElement,
  spec: TopLevelSpec,
  onHint: (hint: Hint | null, x: number, y: number) => void,
): Promise<View> {
  const view = new View(parse(compile(spec).spec, undefined, { ast: true }), {
    expr: expressionInterpreter,
    renderer: 'svg',
    container,
    hover: true,
  });
  view.tooltip((_handler, event, _item, value: unknown) => {
    const { left, top } = container.getBoundingClientRect();
    onHint(hintOf(value), event.clientX - left, event.clientY - top);
  });
  await view.runAsync();
  return view;
}

function hintOf(value: unknown): Hint | null {
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([name, text]) => [name, String(text)] as const);
}
