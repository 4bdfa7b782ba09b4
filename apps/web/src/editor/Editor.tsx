import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core';
import { edgesOf, type ImageId, type ProjectEvent } from '@maskloop/domain';
import { IconEye, IconLock, IconRobot } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { EditorWindow } from './actions.ts';
import type { CanvasController } from './canvas/controller.ts';
import { EditorCanvas } from './canvas/EditorCanvas.tsx';
import styles from './editor.module.css';
import { asksBeforeSubmit } from './judging.ts';
import { keysOf } from './keys.ts';
import { newSession } from './open-session.ts';
import { Candidates } from './panels/Candidates.tsx';
import { ClassPicker } from './panels/ClassPicker.tsx';
import { Crosshair } from './panels/Crosshair.tsx';
import { Filmstrip } from './panels/Filmstrip.tsx';
import { Help } from './panels/Help.tsx';
import { History } from './panels/History.tsx';
import { Legend } from './panels/Legend.tsx';
import { MaskList } from './panels/MaskList.tsx';
import { Notices } from './panels/Notices.tsx';
import { Proposals } from './panels/Proposals.tsx';
import { RemarkPins, Remarks } from './panels/Remarks.tsx';
import { SelectionBar } from './panels/SelectionBar.tsx';
import { SignInDialog } from './panels/SignInDialog.tsx';
import { SkipDialog } from './panels/SkipDialog.tsx';
import { SubmitQuestion } from './panels/SubmitQuestion.tsx';
import { ToolBar } from './panels/ToolBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import type { EditorSession } from './session.ts';
import { isBusy } from './tools/table.ts';
import { useCell } from './use-cell.ts';
import { useImages } from './use-images.ts';
import { useKeys } from './use-keys.ts';
import type { Workspace } from './workspace.ts';

interface EditorProps {
  readonly workspace: Workspace;
  readonly projectId: string;
  readonly imageId: ImageId;
  /** another picture's address */
  readonly onOpen: (imageId: ImageId) => void;
  /** hands on news of the project while it is listened to; @returns stops it */
  readonly listen: (listener: (events: readonly ProjectEvent[]) => void) => () => void;
}

/** The editor put together; it holds no logic of its own. */
export function Editor({ workspace, projectId, imageId, onOpen, listen }: EditorProps) {
  const session = useSession(workspace, projectId, imageId);
  return session ? <Opened key={imageId} session={session} onOpen={onOpen} listen={listen} /> : null;
}

function Opened({
  session,
  onOpen,
  listen,
}: Pick<EditorProps, 'onOpen' | 'listen'> & { session: EditorSession }) {
  const t = useTranslations('editor');
  const { workspace, projectId, imageId } = session;
  const opening = useCell(session.opening);
  const lease = useCell(session.lease.state);
  const save = useCell(workspace.drainer.state);
  const settings = useCell(workspace.settings);
  const look = useCell(session.look);
  const activeRun = useCell(session.activeRun);
  const stage = useCell(session.stage);
  const asksToSubmit = useCell(session.asksToSubmit);
  const preset = settings.preset || workspace.user.hotkeyPreset;
  const keys = useMemo(() => keysOf(preset), [preset]);
  const [canvas, setCanvas] = useState<CanvasController | null>(null);
  const [asking, setAsking] = useState<'help' | 'skip' | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const { images, patch } = useImages(workspace.api, projectId, imageId);
  const index = images?.items.findIndex((image) => image.id === imageId) ?? -1;
  const neighbour = useRef<{ previous?: ImageId | undefined; next?: ImageId | undefined }>({});
  useEffect(() => {
    neighbour.current =
      index < 0 ? {} : { previous: images?.items[index - 1]?.id, next: images?.items[index + 1]?.id };
  }, [images, index]);
  const readOnly = (opening.at === 'open' && !opening.opened.canWrite) || lease.at === 'other';

  useEffect(
    () =>
      listen((events) => {
        session.loader.hear(events);
        for (const event of events)
          if (event.type === 'image.status') patch(event.imageId, { status: event.status });
      }),
    [listen, session, patch],
  );

  // whoever comes from elsewhere for one mask finds it selected and in sight
  const loaded = useCell(session.loaded);
  useEffect(() => {
    const wanted = new URLSearchParams(window.location.search).get('mask');
    const record = loaded && canvas && wanted ? session.document.get().get(wanted) : undefined;
    if (!record) return;
    session.select(record.id);
    canvas?.reveal(edgesOf(record.box));
  }, [session, canvas, loaded]);

  // nothing can be made here now: the hand gets the tool that can look
  useEffect(() => {
    if (readOnly) session.takeTool('select');
  }, [readOnly, session]);
  useEffect(
    () =>
      session.document.subscribe(() => {
        if (session.loaded.get()) patch(imageId, { maskCount: session.document.get().size });
      }),
    [session, imageId, patch],
  );

  const leave = useCallback(
    async (to: ImageId) => {
      // what was prompted is saved by itself
      if (isBusy(session.tool.get())) session.dispatch({ type: 'accept', keep: false });
      await session.effects.settled();
      onOpen(to);
    },
    [session, onOpen],
  );
  const around = useMemo((): EditorWindow => {
    const goTo = async (direction: 'previous' | 'next') => {
      const known = neighbour.current[direction];
      const found = known ? null : await workspace.api.neighbours(imageId, 1).catch(() => null);
      const to = known ?? (direction === 'next' ? found?.next[0] : found?.previous);
      if (to) await leave(to);
      else session.say('last-image');
    };
    const submit = async () => {
      if (session.readOnly) return;
      if (isBusy(session.tool.get())) session.dispatch({ type: 'accept', keep: false });
      await session.effects.settled();
      if (!session.asksToSubmit.get() && asksBeforeSubmit(session)) {
        session.asksToSubmit.set(true);
        return;
      }
      session.asksToSubmit.set(false);
      try {
        await workspace.outbox.settled();
        await workspace.drainer.kick();
        const planted = await workspace.api.submit(imageId);
        // said here, and taken along to the next picture
        if (planted) session.say('planted', { ...planted, missed: planted.judged - planted.caught });
        await goTo('next');
      } catch (error) {
        session.say('submit-failed', { reason: error instanceof Error ? error.message : String(error) });
      }
    };
    return {
      canvas,
      go: (direction) => void goTo(direction),
      submit: () => void submit(),
      askSkip: () => !session.readOnly && setAsking('skip'),
      toggleHelp: () => setAsking((now) => (now === 'help' ? null : 'help')),
      searchClass: () => search.current?.focus(),
    };
  }, [canvas, session, workspace, imageId, leave]);
  useKeys(session, keys, around);

  const place = images && { n: index < 0 ? null : index + 1, total: images.total };
  const skip = (reason: string) => {
    setAsking(null);
    workspace.api
      .skip(imageId, reason)
      .then(() => around.go('next'))
      .catch((error: unknown) => session.say('skip-failed', { reason: String(error) }));
  };
  return (
    <div
      className={styles.editor}
      data-filmstrip={settings.filmstrip}
      data-testid="editor"
      style={
        { '--look-brightness': look.brightness, '--look-contrast': look.contrast } as React.CSSProperties
      }
    >
      <TopBar session={session} keys={keys} around={around} place={place} readOnly={readOnly} />
      <ToolBar session={session} keys={keys} around={around} />
      <main className={styles.stage}>
        <EditorCanvas session={session} onReady={setCanvas} />
        {canvas && <RemarkPins session={session} canvas={canvas} />}
        {settings.crosshair && canvas && <Crosshair root={canvas.root} />}
        <Opening session={session} />
        <div className={styles.banners}>
          {lease.at === 'other' && (
            <div className={styles.banner} role="status" data-testid="lease-banner">
              <IconLock size={15} />
              {t('held-by', { name: lease.holder.name })}
            </div>
          )}
          {activeRun && stage?.floor && (
            <div className={styles.banner} role="status" data-testid="run-banner">
              <IconRobot size={15} />
              {t('run-adds', { name: activeRun.startedBy.name })}
            </div>
          )}
          {opening.at === 'open' && !opening.opened.canWrite && (
            <div className={styles.banner} role="status">
              <IconEye size={15} />
              {t('view-only')}
            </div>
          )}
        </div>
        <Legend session={session} />
        <Notices session={session} />
        <Candidates session={session} keys={keys} around={around} />
        {asksToSubmit ? (
          <SubmitQuestion session={session} keys={keys} around={around} />
        ) : (
          <SelectionBar session={session} keys={keys} around={around} readOnly={readOnly} />
        )}
      </main>
      <aside className={styles.side}>
        <Remarks session={session} canvas={canvas} readOnly={readOnly} />
        <ClassPicker session={session} search={search} />
        <Proposals session={session} keys={keys} around={around} readOnly={readOnly} />
        <MaskList session={session} readOnly={readOnly} />
        <History session={session} readOnly={readOnly} />
      </aside>
      {settings.filmstrip && images && (
        <Filmstrip images={images.items} current={imageId} onOpen={(to) => void leave(to)} />
      )}
      <Help opened={asking === 'help'} keys={keys} onClose={() => setAsking(null)} />
      <SkipDialog opened={asking === 'skip'} onClose={() => setAsking(null)} onSkip={skip} />
      <SignInDialog
        opened={save.at === 'signed-out'}
        email={workspace.user.email}
        kept={save.kept}
        onSignedIn={() => void workspace.drainer.kick().then(() => session.lease.claim())}
      />
    </div>
  );
}

/** While the picture is on its way, and when it does not come. */
function Opening({ session }: { readonly session: EditorSession }) {
  const t = useTranslations('editor');
  const opening = useCell(session.opening);
  if (opening.at === 'open') return null;
  return (
    <Center className={styles.opening}>
      {opening.at === 'opening' ? (
        <Loader aria-label={t('loading')} />
      ) : (
        <Alert color="red" title={t('open-failed')} maw={460}>
          <Stack gap="sm" align="flex-start">
            <Text size="sm">{opening.message ?? opening.code}</Text>
            <Button size="xs" onClick={() => void session.loader.start()}>
              {t('try-again')}
            </Button>
          </Stack>
        </Alert>
      )}
    </Center>
  );
}

/** One session for each picture; the one before is closed when the next is opened. */
function useSession(workspace: Workspace, projectId: string, imageId: ImageId): EditorSession | null {
  const [session, setSession] = useState<EditorSession | null>(null);
  const sticky = useRef<EditorSession | null>(null);
  useEffect(() => {
    const next = newSession(workspace, projectId, imageId);
    const before = sticky.current;
    if (before) {
      // the tool in hand and the last class stick
      const { name } = before.tool.get();
      next.takeTool(name);
      next.classId.set(before.classId.get());
      next.look.set(before.look.get());
      next.notices.set(before.notices.get().filter(({ text }) => text === 'planted'));
    }
    sticky.current = next;
    setSession(next);
    void next.loader.start();
    const onHide = () => next.lease.letGo();
    const onShow = (event: PageTransitionEvent) => event.persisted && void next.lease.reclaim();
    window.addEventListener('pagehide', onHide);
    window.addEventListener('pageshow', onShow);
    return () => {
      window.removeEventListener('pagehide', onHide);
      window.removeEventListener('pageshow', onShow);
      void next.close();
    };
  }, [workspace, projectId, imageId]);
  return session?.imageId === imageId ? session : null;
}
