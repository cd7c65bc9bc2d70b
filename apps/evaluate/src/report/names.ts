const NAMES: Record<string, string> = {
  'vsi-bench': 'VSI-Bench',
  'vsti-bench': 'VSTI-Bench',
  further: 'Further tasks',
  scanqa: 'ScanQA',
  sqa3d: 'SQA3D',
  short: 'short (< 1 min)',
  mid: 'mid (1–2 min)',
  long: 'long (> 2 min)',
};

/** The written name of a benchmark or of a group of videos. */
export const nameOf = (name: string): string => NAMES[name] ?? name;
