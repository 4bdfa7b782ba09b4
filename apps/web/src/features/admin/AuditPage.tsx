'use client';

import { Anchor, Code, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '@/client/trpc.tsx';
import { CopyValue } from '@/ui/CopyValue.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { ErrorState } from '@/ui/ErrorState.tsx';
import { LoadMore } from '@/ui/LoadMore.tsx';
import { Page } from '@/ui/Page.tsx';
import { RowsSkeleton } from '@/ui/Rows.tsx';
import { TruncatedText } from '@/ui/TruncatedText.tsx';
import { WideTable } from '@/ui/WideTable.tsx';

const PAGE_SIZE = 100;

/** Who did what when. */
export function AuditPage() {
  const t = useTranslations('audit');
  const common = useTranslations('common');
  const format = useFormatter();
  const trpc = useTRPC();
  const users = useQuery(trpc.user.list.queryOptions());
  const projects = useQuery(trpc.project.list.queryOptions());
  const [userId, setUserId] = useState<string | null>(null);
  const [projectId, setProjectId] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [action] = useDebouncedValue(text.trim(), 300);
  const audit = useInfiniteQuery(
    trpc.audit.page.infiniteQueryOptions(
      {
        limit: PAGE_SIZE,
        ...(userId ? { userId } : {}),
        ...(projectId ? { projectId } : {}),
        ...(action ? { action } : {}),
      },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const rows = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const projectName = (id: string) => projects.data?.find((project) => project.id === id)?.name ?? id;
  return (
    <Page title={t('title')} description={t('description')} width="wide">
      <Stack gap="md">
        <Group gap="xs">
          <Select
            aria-label={t('person')}
            placeholder={t('anyone')}
            data={(users.data ?? []).map(({ id, name, email }) => ({
              value: id,
              label: `${name} (${email})`,
            }))}
            value={userId}
            onChange={setUserId}
            clearable
            searchable
            w={260}
          />
          <Select
            aria-label={t('project')}
            placeholder={t('anyProject')}
            data={(projects.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={projectId}
            onChange={setProjectId}
            clearable
            searchable
            w={260}
          />
          <TextInput
            aria-label={t('action')}
            placeholder={t('actionExample')}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            w={220}
          />
        </Group>
        {audit.isError && (
          <ErrorState what={t('loadFailed')} error={audit.error} onRetry={() => void audit.refetch()} />
        )}
        {audit.isPending && <RowsSkeleton rows={10} label={common('loading')} />}
        {audit.isSuccess && rows.length === 0 && (
          <EmptyState icon={<IconHistory size={26} stroke={1.5} />} title={t('none')}>
            {t('noneText')}
          </EmptyState>
        )}
        {rows.length > 0 && (
          <WideTable label={t('title')} minWidth={980}>
            <Table aria-label={t('title')} layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={175}>{t('time')}</Table.Th>
                  <Table.Th w={150}>{t('person')}</Table.Th>
                  <Table.Th w={170}>{t('action')}</Table.Th>
                  <Table.Th w={170}>{t('project')}</Table.Th>
                  <Table.Th>{t('detail')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td>
                      {format.dateTime(row.at, { dateStyle: 'medium', timeStyle: 'medium' })}
                    </Table.Td>
                    <Table.Td>
                      <TruncatedText size="sm">{row.user?.name ?? t('nobody')}</TruncatedText>
                      {row.address && (
                        <TruncatedText size="xs" c="dimmed">
                          {row.address}
                        </TruncatedText>
                      )}
                    </Table.Td>
                    <Table.Td>
                      <Code>{row.action}</Code>
                    </Table.Td>
                    <Table.Td>
                      {row.projectId ? (
                        <TruncatedText
                          size="sm"
                          as={
                            <Anchor component={Link} href={`/projects/${row.projectId}`} size="sm">
                              {projectName(row.projectId)}
                            </Anchor>
                          }
                        >
                          {projectName(row.projectId)}
                        </TruncatedText>
                      ) : (
                        '–'
                      )}
                    </Table.Td>
                    <Table.Td>
                      <Detail detail={row.detail} subject={row.subject} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </WideTable>
        )}
        <LoadMore list={audit} />
      </Stack>
    </Page>
  );
}

function Detail({ detail, subject }: { detail: unknown; subject: string | null }) {
  const t = useTranslations('audit');
  const empty = detail === null || (typeof detail === 'object' && Object.keys(detail).length === 0);
  return (
    <>
      {subject && <CopyValue value={subject} label={t('subject')} show={13} />}
      {!empty && (
        <details>
          <Text component="summary" size="xs" className="ml-mono" truncate style={{ cursor: 'pointer' }}>
            {JSON.stringify(detail)}
          </Text>
          <Text component="pre" size="xs" className="ml-mono" my={4} style={{ whiteSpace: 'pre-wrap' }}>
            {JSON.stringify(detail, null, 2)}
          </Text>
        </details>
      )}
    </>
  );
}
