const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** The words of the place that shows how the installation stands. */
export const texts = {
  title: 'System',
  text: 'How this installation stands just now, over all tenants.',
  forbidden: {
    title: 'Not for this key',
    text: 'Only keys with the scope admin see how the installation stands (ADMIN_KEYS).',
  },
  queues: {
    title: 'Queues',
    stage: 'Stage',
    stages: { perceive: 'Perceive', remember: 'Remember', answer: 'Answer' },
    waiting: 'Waiting',
    active: 'At work',
    delayed: 'Later',
    away: 'The queue cannot be reached just now.',
  },
  workers: {
    title: (count: number) => plural(count, 'worker'),
    none: 'No worker lives. Videos wait until one is started.',
    name: (number: number) => `Worker ${number}`,
    idle: 'waits for work',
    since: (work: string, clock: string) => `${work}, begun ${clock} ago`,
  },
  failures: {
    title: 'Last failures',
    none: 'Nothing has failed.',
    memory: 'Memory',
    question: 'Question',
    of: (tenant: string, date: string) => `${tenant}, ${date}`,
  },
  disk: {
    title: 'Disk of the objects',
    label: 'How full the disk is',
    free: (free: string, total: string) => `${free} of ${total} free`,
    none: 'The objects lie in a bucket.',
    away: 'The object store cannot be reached just now.',
  },
  versions: {
    title: 'Versions',
    names: { app: 'Loci', models: 'Models', node: 'Node', ffmpeg: 'ffmpeg', postgres: 'Postgres' },
  },
  links: {
    title: 'Elsewhere',
    queues: 'Board of the queues',
    docs: 'API to read and try',
    openapi: 'OpenAPI document',
    metrics: 'Metrics',
  },
} as const;
