import { readdirSync, readFileSync } from 'node:fs';
import * as keda from '@kubernetes-models/keda';
import { STAGES } from '@loci/contracts';
import { inRoot } from '@loci/host';
import * as kubernetes from 'kubernetes-models';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: { triggers?: { metadata: { url: string; valueLocation: string } }[] };
}
interface Validated {
  validate(): void;
}

/** The classes that know the schema of a kind. */
const MODELS: Record<string, new (manifest: never) => Validated> = {
  'v1 ConfigMap': kubernetes.v1.ConfigMap,
  'v1 Namespace': kubernetes.v1.Namespace,
  'v1 Secret': kubernetes.v1.Secret,
  'v1 Service': kubernetes.v1.Service,
  'apps/v1 Deployment': kubernetes.apps.v1.Deployment,
  'policy/v1 PodDisruptionBudget': kubernetes.policy.v1.PodDisruptionBudget,
  'autoscaling/v2 HorizontalPodAutoscaler': kubernetes.autoscaling.v2.HorizontalPodAutoscaler,
  'keda.sh/v1alpha1 ScaledObject': keda.kedaSh.v1alpha1.ScaledObject,
};
const PATCHES = ['k8s/overlays/gpu/worker.yaml'];

const read = (path: string): string => readFileSync(inRoot(path), 'utf8');
const files = readdirSync(inRoot('k8s'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `k8s/${file}`);
const manifestsIn = (file: string): Manifest[] =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest);
const manifests = files
  .filter((file) => !file.endsWith('kustomization.yaml') && !PATCHES.includes(file))
  .flatMap(manifestsIn);

describe('the Kubernetes manifests', () => {
  it.each(
    manifests.map(
      (manifest) => [`${manifest.apiVersion} ${manifest.kind}`, manifest.metadata.name, manifest] as const,
    ),
  )('%s %s fits its schema', (kind, _, manifest) => {
    const Model = MODELS[kind];
    expect(Model).toBeDefined();
    new Model!(manifest as never).validate();
  });

  it('are all reached by a kustomization, but for the example of a secret', () => {
    const kustomizations = files.filter((file) => file.endsWith('kustomization.yaml'));
    const reached = kustomizations.flatMap((file) => {
      const { resources, patches = [] } = parse(read(file)) as {
        resources: string[];
        patches?: { path?: string }[];
      };
      return [...resources, ...patches.flatMap(({ path }) => path ?? [])].map((path) =>
        new URL(path, `file:///${file}`).pathname.slice(1),
      );
    });
    expect(files.filter((file) => !reached.includes(file) && !kustomizations.includes(file))).toEqual([
      'k8s/secret.example.yaml',
    ]);
  });

  it('scale by the depth of queues that exist', () => {
    const triggers = manifests.flatMap(({ spec }) => spec?.triggers ?? []);
    const stages = triggers.map(
      ({ metadata }) =>
        /^loci_queue_jobs\{stage="(\w+)",state="waiting"\}$/.exec(metadata.valueLocation)?.[1],
    );
    expect(stages.length).toBeGreaterThan(0);
    for (const stage of stages) expect(STAGES).toContain(stage);
  });
});

describe('the autoscaler of the workers', () => {
  const triggers = manifests.flatMap(({ spec }) => spec?.triggers ?? []);

  it('asks the API by a name that resolves from other namespaces', () => {
    const { namespace } = parse(read('k8s/base/kustomization.yaml')) as { namespace: string };
    for (const { metadata } of triggers)
      expect(new URL(metadata.url).hostname).toBe(`loci-api.${namespace}.svc`);
  });
  it('owns their number: its overlay removes the one that the base sets', () => {
    const { patches } = parse(read('k8s/overlays/keda/kustomization.yaml')) as {
      patches: { patch: string }[];
    };
    expect(patches.map(({ patch }) => JSON.parse(patch) as unknown)).toContainEqual([
      { op: 'remove', path: '/spec/replicas' },
    ]);
  });
});

describe('an API pod that is replaced', () => {
  const { template } = manifestsIn('k8s/base/api.yaml').find(({ kind }) => kind === 'Deployment')!
    .spec as unknown as {
    template: {
      spec: {
        terminationGracePeriodSeconds: number;
        containers: { lifecycle: { preStop: { exec: { command: string[] } } } }[];
      };
    };
  };

  it('serves on until no node sends requests to it, and is given the time to end its answers', () => {
    const [program, seconds] = template.spec.containers[0]!.lifecycle.preStop.exec.command;
    expect(program).toBe('sleep');
    expect(Number(seconds)).toBeGreaterThanOrEqual(5);
    // open answers have 10 s from the signal on (apps/api/src/main.ts)
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + 10);
  });
});

describe('what compose starts', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { restart?: string; healthcheck?: { test: string[] }; entrypoint?: string[] }>;
  };

  it('is started again when it ends, but for what runs once', () => {
    const once = Object.keys(services).filter((name) => services[name]?.restart === undefined);
    expect(once).toEqual(['bucket']);
  });
  it('says when it is ready, so that `up --wait` waits for it', () => {
    for (const name of ['postgres', 'redis', 'api', 'worker'])
      expect(services[name]?.healthcheck?.test.length, name).toBeGreaterThan(1);
  });
});

describe('what the deployments configure', () => {
  const known = ['apps/api/src/config.ts', 'apps/worker/src/config.ts'].flatMap((file) =>
    [...read(file).matchAll(/variable\(\s*'([A-Z][A-Z_]+)'/g)].map(([, name]) => name),
  );

  it('is understood by the API or the worker, in Kubernetes', () => {
    const settings = manifests.filter(
      ({ kind }) => kind === 'ConfigMap' || kind === 'Secret',
    ) as (Manifest & { data?: object; stringData?: object })[];
    for (const { data, stringData } of settings)
      for (const name of Object.keys({ ...data, ...stringData })) expect(known).toContain(name);
  });
  it('is understood by the API or the worker, in compose', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { environment: object }>;
    };
    for (const service of ['api', 'worker'])
      for (const name of Object.keys(services[service]?.environment ?? {})) expect(known).toContain(name);
  });
});
