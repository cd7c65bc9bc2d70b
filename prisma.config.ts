import { defineConfig } from 'prisma/config';

// For Prisma's own command line, e.g. `DATABASE_URL=… npx prisma migrate deploy`. Loci itself applies the migrations at its start.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env['DATABASE_URL'] === undefined ? {} : { datasource: { url: process.env['DATABASE_URL'] } }),
});
