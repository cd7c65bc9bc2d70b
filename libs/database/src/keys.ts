import type { Connection } from './client.js';

/** API keys. Only the SHA-256 of a key is stored. */
export interface Keys {
  /** These keys and no others are valid from now on. */
  replaceAll(keys: { hash: string; tenant: string }[]): Promise<void>;
  /** The tenant that a key acts for; null when the key is unknown. */
  tenantOf(hash: string): Promise<string | null>;
}

export function keysOf({ prisma, transact }: Connection): Keys {
  return {
    replaceAll: (keys) =>
      transact(async (tx) => {
        await tx.apiKey.deleteMany({ where: { NOT: { hash: { in: keys.map(({ hash }) => hash) } } } });
        for (const { hash, tenant } of keys)
          await tx.apiKey.upsert({ where: { hash }, create: { hash, tenant }, update: { tenant } });
      }),
    async tenantOf(hash) {
      return (await prisma.apiKey.findUnique({ where: { hash } }))?.tenant ?? null;
    },
  };
}
