import { defineConfig } from 'prisma/config';

// Only for Prisma's command line, such as `DATABASE_URL=… npx prisma migrate deploy`. Loci itself migrates at
// its start.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env['DATABASE_URL'] === undefined ? {} : { datasource: { url: process.env['DATABASE_URL'] } }),
});
