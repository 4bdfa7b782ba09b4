'use client';

import {
  AppShell,
  Avatar,
  Burger,
  Divider,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Select,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconActivity,
  IconBox,
  IconChartBar,
  IconChecks,
  IconChevronDown,
  IconChevronRight,
  IconDatabaseExport,
  IconFileImport,
  IconFolders,
  IconHistory,
  IconHome,
  IconLayoutDashboard,
  IconListCheck,
  IconLogout,
  IconPhoto,
  IconScale,
  IconSettings,
  IconSparkles,
  IconStack2,
  IconUser,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams, usePathname, useRouter } from 'next/navigation';
import { signOut } from 'next-auth/react';
import { useLocale, useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { failureOf } from '@/client/failure.ts';
import { useTRPC } from '@/client/trpc.tsx';
import { isLocale, LOCALES } from '@/i18n/locale.ts';
import { initials } from '@/ui/format.ts';
import { Logo } from '@/ui/Logo.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { COLOUR_SCHEME_KEY, hasLocaleCookie, rememberLocale } from '../session/preferences.ts';
import { useMe } from '../session/use-me.ts';
import classes from './AppFrame.module.css';
import { LanguageToggle } from './LanguageToggle.tsx';
import { crumbsOf, type ProjectPlace, placesFor } from './places.ts';
import { THEMES, ThemeToggle } from './ThemeToggle.tsx';

const PLACE_ICONS: Record<ProjectPlace['key'], typeof IconHome> = {
  overview: IconLayoutDashboard,
  analytics: IconChartBar,
  images: IconPhoto,
  review: IconChecks,
  samples: IconScale,
  datasets: IconDatabaseExport,
  runs: IconSparkles,
  imports: IconFileImport,
  jobs: IconListCheck,
  members: IconUsersGroup,
  settings: IconSettings,
};

/** Navigation, breadcrumbs and personal menu around every page but the editor. */
export function AppFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('shell');
  const [open, { toggle, close }] = useDisclosure();
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer of narrow windows
  useEffect(close, [pathname]);
  usePreferencesOfAccount();
  useSignInAgain();
  const keepWithAccount = useKeepWithAccount();

  return (
    <>
      <a className="ml-skip-link" href="#content">
        {t('skip')}
      </a>
      <AppShell
        header={{ height: 52 }}
        navbar={{ width: 236, breakpoint: 'md', collapsed: { mobile: !open } }}
        layout="alt"
      >
        <AppShell.Header className={classes.header}>
          <Group h="100%" px="lg" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Burger opened={open} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t('menu')} />
              <Breadcrumbs pathname={pathname} />
            </Group>
            <Group gap={2} wrap="nowrap">
              <LanguageToggle onChange={(locale) => keepWithAccount({ locale })} />
              <ThemeToggle onChange={(theme) => keepWithAccount({ theme })} />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.rail} p="sm" aria-label={t('navigation')}>
          <Group justify="space-between" px={6} pt={4} pb="md">
            <Link href="/" className={classes.home} aria-label={t('toHome')}>
              <Logo size={26} />
            </Link>
            <Burger opened={open} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t('menu')} />
          </Group>
          <ScrollArea flex={1} type="auto" offsetScrollbars="present">
            <Navigation pathname={pathname} />
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
          {children}
        </AppShell.Main>
      </AppShell>
    </>
  );
}

function Navigation({ pathname }: { pathname: string }) {
  const t = useTranslations('shell');
  const me = useMe();
  const { projectId } = useParams<{ projectId?: string }>();
  const trpc = useTRPC();
  const router = useRouter();
  const projects = useQuery(trpc.project.list.queryOptions());
  const role = projects.data?.find(({ id }) => id === projectId)?.role ?? null;
  const base = `/projects/${projectId}`;
  return (
    <Stack gap="lg">
      <Stack gap={2}>
        <Item href="/" label={t('place.home')} icon={IconHome} active={pathname === '/'} />
        <Item
          href="/projects"
          label={t('place.projects')}
          icon={IconFolders}
          active={pathname === '/projects' || pathname === '/projects/new'}
        />
        <Item
          href="/models"
          label={t('place.models')}
          icon={IconBox}
          active={pathname.startsWith('/models')}
        />
      </Stack>
      <Stack gap={2}>
        <Divider mb="sm" />
        <Select
          aria-label={t('switchProject')}
          placeholder={t('chooseProject')}
          size="sm"
          mb={6}
          searchable
          allowDeselect={false}
          nothingFoundMessage={t('noProject')}
          data={(projects.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={projectId ?? null}
          onChange={(id) => id && router.push(`/projects/${id}`)}
          rightSection={<IconChevronDown size={14} />}
          comboboxProps={{ width: 340, position: 'bottom-start' }}
        />
        {projectId &&
          placesFor(role).map(({ key, path }) => (
            <Item
              key={key}
              href={`${base}${path}`}
              label={t(`place.${key}`)}
              icon={PLACE_ICONS[key]}
              active={path === '' ? pathname === base : pathname.startsWith(`${base}${path}`)}
            />
          ))}
      </Stack>
      {me.data?.user.isAdmin && (
        <Stack gap={2}>
          <Divider mb="sm" />
          <Text size="xs" fw={600} c="dimmed" px={10} pb={4}>
            {t('place.admin')}
          </Text>
          <Item
            href="/admin/users"
            label={t('place.users')}
            icon={IconUsers}
            active={pathname.startsWith('/admin/users')}
          />
          <Item
            href="/admin/audit"
            label={t('place.audit')}
            icon={IconHistory}
            active={pathname.startsWith('/admin/audit')}
          />
          <Item
            href="/admin/embeddings"
            label={t('place.embeddings')}
            icon={IconStack2}
            active={pathname.startsWith('/admin/embeddings')}
          />
          <Item
            href="/admin/health"
            label={t('place.health')}
            icon={IconActivity}
            active={pathname.startsWith('/admin/health')}
          />
        </Stack>
      )}
    </Stack>
  );
}

interface ItemProps {
  readonly href: string;
  readonly label: string;
  readonly icon: typeof IconHome;
  readonly active: boolean;
}

function Item({ href, label, icon: Icon, active }: ItemProps) {
  return (
    <NavLink
      component={Link}
      href={href}
      label={label}
      leftSection={<Icon size={17} stroke={1.7} />}
      active={active}
      aria-current={active ? 'page' : undefined}
      className={classes.link}
    />
  );
}

function Breadcrumbs({ pathname }: { pathname: string }) {
  const t = useTranslations('shell');
  const trpc = useTRPC();
  const { projectId } = useParams<{ projectId?: string }>();
  const projects = useQuery(trpc.project.list.queryOptions());
  const crumbs = crumbsOf(pathname);
  if (crumbs.length === 0) return <span />;
  const projectName = projects.data?.find(({ id }) => id === projectId)?.name ?? '…';
  return (
    <nav aria-label={t('breadcrumbs')} style={{ minWidth: 0 }}>
      <ol className={classes.crumbs}>
        {crumbs.map(({ key, href }, index) => {
          const text = key === 'project' ? projectName : t(`place.${key}`);
          const last = index === crumbs.length - 1;
          return (
            <li key={href}>
              {index > 0 && (
                <IconChevronRight size={14} aria-hidden style={{ flexShrink: 0, opacity: 0.6 }} />
              )}
              <TruncatedText
                size="sm"
                as={
                  last && pathname === href ? (
                    <span aria-current="page">{text}</span>
                  ) : (
                    <Link href={href}>{text}</Link>
                  )
                }
              >
                {text}
              </TruncatedText>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function UserMenu() {
  const t = useTranslations('shell');
  const me = useMe();
  const user = me.data?.user;
  return (
    <Menu width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={t('userMenu', { name: user?.name ?? '' })} ml={6}>
          <Avatar size={30} radius="xl" color="petrol" variant="filled" aria-hidden>
            {user ? initials(user.name) : ''}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {user && (
          <>
            <Menu.Label>
              <TruncatedText size="sm" c="var(--mantine-color-text)" fw={600}>
                {user.name}
              </TruncatedText>
              <TruncatedText size="xs">{user.email}</TruncatedText>
            </Menu.Label>
            <Menu.Divider />
          </>
        )}
        <Menu.Item component={Link} href="/account" leftSection={<IconUser size={16} />}>
          {t('place.account')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => void signOut({ callbackUrl: '/sign-in' })}
        >
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Writes language and colours to the account; a failure costs nothing, this browser has them already. */
function useKeepWithAccount() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { mutate } = useMutation(
    trpc.me.update.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() }),
    }),
  );
  return mutate;
}

/** A browser without language or colours of its own takes over the account's. */
function usePreferencesOfAccount(): void {
  const me = useMe();
  const current = useLocale();
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const user = me.data?.user;
  useEffect(() => {
    if (!user) return;
    // every account starts with the first language: that is nobody's choice, and what the browser asks for stays
    if (!hasLocaleCookie() && isLocale(user.locale) && user.locale !== LOCALES[0]) {
      rememberLocale(user.locale);
      if (user.locale !== current) router.refresh();
    }
    const theme = THEMES.find((name) => name === user.theme);
    if (theme && window.localStorage.getItem(COLOUR_SCHEME_KEY) === null) setColorScheme(theme);
  }, [user, current, router, setColorScheme]);
}

/** A session that ended while a page was open leads to the sign-in page and back. */
function useSignInAgain(): void {
  const queryClient = useQueryClient();
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe(({ type, query }) => {
        if (type !== 'updated' || query.state.status !== 'error') return;
        if (failureOf(query.state.error).code !== 'UNAUTHENTICATED') return;
        const here = `${window.location.pathname}${window.location.search}`;
        window.location.assign(`/sign-in?error=SessionRequired&callbackUrl=${encodeURIComponent(here)}`);
      }),
    [queryClient],
  );
}
