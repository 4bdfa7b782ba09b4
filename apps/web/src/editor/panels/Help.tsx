import { Kbd, Modal, SimpleGrid, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import styles from '../editor.module.css';
import { ACTION_GROUPS, type Action, type ActionGroup, conflictsOf, type KeyMap } from '../keys.ts';
import { chordText } from './KeyHint.tsx';

interface HelpProps {
  readonly opened: boolean;
  readonly keys: KeyMap;
  readonly onClose: () => void;
}

const MOUSE = [
  'click',
  'right-click',
  'click-point',
  'drag',
  'ctrl-click',
  'wheel',
  'alt-wheel',
  'space-drag',
] as const;

/** The list of keys, made from the one table they work by. */
export function Help({ opened, keys, onClose }: HelpProps) {
  const t = useTranslations('editor');
  const conflicts = opened ? conflictsOf(keys) : [];
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys-title')} size="xl" data-testid="help-dialog">
      {conflicts.map(({ chord, actions }) => (
        <Text key={chord} size="sm" c="red" mb="xs">
          {t('key-conflict', {
            chord: chordText(chord),
            actions: actions.map((action) => t(`action-${action}`)).join(', '),
          })}
        </Text>
      ))}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="md">
        <section>
          <Text className={styles.heading} mb={6}>
            {t('group-mouse')}
          </Text>
          <dl className={styles.keys}>
            {MOUSE.map((gesture) => (
              <div key={gesture}>
                <dt>{t(`mouse-${gesture}`)}</dt>
                <dd>
                  <Text size="xs" c="dimmed">
                    {t(`mouse-${gesture}-by`)}
                  </Text>
                </dd>
              </div>
            ))}
          </dl>
        </section>
        {(Object.keys(ACTION_GROUPS) as ActionGroup[]).map((group) => (
          <section key={group}>
            <Text className={styles.heading} mb={6}>
              {t(`group-${group}`)}
            </Text>
            <dl className={styles.keys}>
              {group === 'classes' && (
                <div>
                  <dt>{t('class-by-number')}</dt>
                  <dd>
                    <Kbd size="xs">1</Kbd>…<Kbd size="xs">9</Kbd>
                  </dd>
                </div>
              )}
              {ACTION_GROUPS[group].filter(isListed).map((action) => (
                <div key={action}>
                  <dt>{t(`action-${action}`)}</dt>
                  <dd>
                    {keys[action].map((chord) => (
                      <Kbd key={chord} size="xs">
                        {chordText(chord)}
                      </Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </SimpleGrid>
    </Modal>
  );
}

/** The nine class keys are one line of the list. */
function isListed(action: Action): boolean {
  return !/^class-\d$/.test(action);
}
