import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { clientAddress } from '@/server/address.ts';
import { getSession } from '@/server/auth.ts';
import { isFromAnotherSite } from '@/server/route.ts';
import { appRouter } from '@/server/routers/_app.ts';
import { services } from '@/server/services.ts';
import type { Context } from '@/server/trpc.ts';

export const dynamic = 'force-dynamic';

async function createContext({ headers }: Request): Promise<Context> {
  return {
    ...services(),
    session: await getSession(),
    address: clientAddress(headers, services().env.TRUST_PROXY),
    crossSite: isFromAnotherSite(headers),
  };
}

const handler = (request: Request) =>
  fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => createContext(request),
  });

export { handler as GET, handler as POST };
