import type { Manifest } from '@loci/contracts';

/** The parts of a manifest that reading an answer needs, like the nano bundle's. */
export const NANO: Pick<
  Manifest,
  'tokens' | 'tasks' | 'categories' | 'unsupported_tasks' | 'calibration' | 'out_of_domain'
> = {
  tokens: { pad: '<pad>', bos: '<bos>', eos: '<eos>', answer: '<answer>', unknown: '<unk>' },
  tasks: {
    object_counting: { token: '<count>', kind: 'number', unit: null },
    object_abs_distance: { token: '<distance>', kind: 'number', unit: 'm' },
    object_size_estimation: { token: '<size>', kind: 'number', unit: 'cm' },
    object_rel_distance: { token: '<nearest>', kind: 'choice' },
    route_planning: { token: '<route>', kind: 'choice' },
    room_naming: { token: '<name>', kind: 'text' },
  },
  categories: ['wall', 'floor', 'chair', 'sofa', 'lamp'],
  unsupported_tasks: ['route_planning'],
  calibration: { temperature: 2 },
  out_of_domain: { threshold: 1.5 },
};
