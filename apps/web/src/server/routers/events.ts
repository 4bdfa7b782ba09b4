import { subscribe } from '@maskloop/jobs';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { inProject, router } from '../trpc.ts';

export const eventsRouter = router({
  /**
   * News about a project while the page is open. What happened while it was not is not repeated: a page asks
   * for its data anew after every reconnection.
   */
  project: inProject('project.view')
    .input(z.object({ lastEventId: z.string().nullish() }))
    .subscription(async function* ({ ctx, signal }) {
      let id = Date.now();
      for await (const event of subscribe(ctx.projectId, signal)) {
        yield tracked(String(++id), event);
      }
    }),
});
