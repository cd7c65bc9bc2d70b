import type { ServerResponse } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { AppViewRoute } from '@bull-board/api/typings/app';
import { ExpressAdapter } from '@bull-board/express';
import { LociError, problem } from '@loci/contracts';
import type { Queues } from '@loci/queue';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessTokens } from '../auth/access-tokens.js';
import { isDirect, isKeyless } from '../auth/auth.guard.js';
import type { Config } from '../config.js';
import { header, type ApiRequest } from '../http/request.js';
import { sendProblem } from '../problems/problem.filter.js';

/** Where the board of the queues is served. */
export const BOARD = '/queues';
/** How long a token opens it, in seconds. */
export const BOARD_S = 3600;

const COOKIE = 'loci-queues';
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** A style sheet of another origin: bull-board's letters. Without it they are the system's. */
const FOREIGN_LINK = /<link\s[^>]*href="https?:[^>]*>/g;

/** What is needed here of bull-board's Express app. */
interface BoardApp {
  get(
    route: string | string[],
    handle: (request: unknown, response: BoardResponse, next: (error: Error) => void) => void,
  ): void;
}
interface BoardResponse {
  render(view: string, params: object, done: (error: Error | null, html: string) => void): void;
  send(html: string): void;
}

/** bull-board, whose page asks no other origin for anything. */
class BoardAdapter extends ExpressAdapter {
  override setEntryRoute(entry: AppViewRoute): this {
    (this.app as BoardApp).get(entry.route, (_request, response, next) => {
      const { name, params } = entry.handler({ basePath: this.basePath, uiConfig: this.uiConfig });
      response.render(name, params, (error, html) => {
        if (error !== null) next(error);
        else response.send(html.replace(FOREIGN_LINK, ''));
      });
    });
    return this;
  }
}

/**
 * Serves bull-board, which shows the deliveries of each stage. Nothing can be changed there: what should be
 * delivered follows from Postgres. It opens with a token in the query, which it keeps in a cookie of its own.
 */
export function serveBoard(app: NestExpressApplication, queues: Queues, config: Config): void {
  const board = new BoardAdapter().setBasePath(BOARD);
  createBullBoard({
    queues: queues.all().map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Loci' } },
  });
  const tokens = app.get(AccessTokens);
  app.use(BOARD, async (request: ApiRequest, response: ServerResponse, next: () => void) => {
    const token = new URL(request.originalUrl, 'http://localhost').searchParams.get('token');
    // as everywhere, without configured keys no other machine is let in
    const here = !isKeyless(config) || isDirect(request);
    if (!here || !(await opens(tokens, token ?? cookieOf(request)))) {
      const detail = 'Open it from the page’s System, or with a token of POST /v1/system/queues-token';
      sendProblem(request, response, problem('unauthorized', detail, { instance: BOARD }));
      return;
    }
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('referrer-policy', 'no-referrer');
    if (token === null) {
      next();
      return;
    }
    // the token does not stay in the address
    const cookie = `${COOKIE}=${token}; Path=${BOARD}; Max-Age=${BOARD_S}; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { 'set-cookie': cookie, location: BOARD }).end();
  });
  app.use(BOARD, board.getRouter());
}

async function opens(tokens: AccessTokens, token: string | null): Promise<boolean> {
  if (token === null) return false;
  try {
    await tokens.tenantOf(token, BOARD);
    return true;
  } catch (error) {
    if (error instanceof LociError) return false;
    throw error;
  }
}

const cookieOf = (request: ApiRequest): string | null =>
  new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(header(request, 'cookie') ?? '')?.[1] ?? null;
