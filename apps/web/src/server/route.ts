import 'server-only';
import { DomainError, isDomainError, type ProjectAction, type Role } from '@maskloop/domain';
import { demandSession, type SignedIn } from './auth.ts';
import { WIRE_CODES } from './errors.ts';
import { type Services, services } from './services.ts';
import { enterProject } from './trpc.ts';

/** What a route handler of a project's things gets. */
export interface RouteContext extends Services {
  readonly user: SignedIn['user'];
  readonly projectId: string;
}

/**
 * The border of every route outside tRPC: session, role, and failures as JSON `{code, message}`.
 * @param projectOf finds the project of what is asked for; null = unknown, answered like a foreign one
 */
export async function onProjectRoute(
  action: ProjectAction,
  what: string,
  projectOf: (services: Services) => Promise<string | null>,
  handle: (context: RouteContext & { readonly role: Role }) => Promise<Response>,
): Promise<Response> {
  try {
    const { user } = await demandSession();
    const { projectId, role } = await enterProject(
      { db: services().db, user },
      await projectOf(services()),
      action,
      what,
    );
    return await handle({ ...services(), user, projectId, role });
  } catch (error) {
    return failure(error);
  }
}

/** Whether a browser says that a page of another site asks. Programs say nothing. */
export function isFromAnotherSite(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

/** The border of a file for a project: its bytes are the request's body, `?name=` is what it is called. */
export function onProjectFile(
  request: Request,
  projectId: string,
  action: ProjectAction,
  receive: (
    context: RouteContext,
    file: { readonly name: string; readonly body: Request['body'] },
  ) => Promise<Response>,
): Promise<Response> {
  return onProjectRoute(
    action,
    'project',
    async () => uuidOrNotFound(projectId, 'project'),
    async (context) => {
      if (isFromAnotherSite(request.headers)) {
        throw new DomainError('FORBIDDEN', 'Requests from another site are refused.');
      }
      const name = new URL(request.url).searchParams.get('name') ?? '';
      return await receive(context, { name, body: request.body });
    },
  );
}

/** A failure as the wire says it; bugs are logged and not shown. */
export function failure(error: unknown): Response {
  if (isDomainError(error)) {
    return Response.json(
      { code: error.code, message: error.message, details: error.details },
      { status: WIRE_CODES[error.code].http },
    );
  }
  services().log.error({ err: error }, 'route failed');
  return Response.json(
    { code: 'INTERNAL', message: 'The server failed at this. It is in the log; trying again may help.' },
    { status: 500 },
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Ids in a path are checked before the database sees them; a malformed one is an unknown one. */
export function uuidOrNotFound(value: string, what: string): string {
  if (!UUID.test(value)) throw new DomainError('NOT_FOUND', `There is no such ${what}.`);
  return value;
}

/** Headers of bytes whose address contains their hash: they never change. */
export const IMMUTABLE = {
  'Cache-Control': 'private, max-age=31536000, immutable',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
} as const;
