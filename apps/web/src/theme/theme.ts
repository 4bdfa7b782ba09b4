import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Menu,
  Modal,
  Paper,
  Table,
  Tooltip,
} from '@mantine/core';
import { green, ink, orange, petrol, red, slate } from './tokens.ts';

const SANS = [
  'Inter',
  'Pretendard',
  '-apple-system',
  'BlinkMacSystemFont',
  '"Segoe UI"',
  '"Noto Sans"',
  '"Apple SD Gothic Neo"',
  '"Malgun Gothic"',
  '"Noto Sans KR"',
  '"Noto Sans CJK KR"',
  'sans-serif',
].join(', ');

/** One theme for both colour schemes; components take colours by role, never by value. */
export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, green, red, orange, gray: slate, dark: ink },
  black: '#1a2327',
  fontFamily: SANS,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, "Noto Sans Mono", monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '0.75rem', sm: '0.8438rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm' },
      styles: { root: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 } },
    }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg', p: 'lg' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 8, horizontalSpacing: 'md', fz: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 420 } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg' },
      styles: { title: { fontWeight: 650 } },
    }),
  },
});

/** Roles that Mantine has no variable for; used through `var(--ml-…)` in CSS modules. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#58666c',
    '--mantine-color-placeholder': '#5f6d73',
    '--mantine-color-default-border': slate[3],
    '--mantine-color-anchor': petrol[8],
    '--mantine-color-error': '#b3261e',
    '--ml-surface': '#ffffff',
    '--ml-sunken': slate[0],
    '--ml-rail': slate[1],
    '--ml-line': slate[2],
    '--ml-selected': petrol[0],
    '--ml-plot': petrol[7],
    '--ml-status-open': slate[5],
    '--ml-status-submitted': '#3b6fd1',
    '--ml-status-accepted': '#23824a',
    '--ml-status-sent-back': '#c2570c',
    '--ml-status-skipped': slate[4],
  },
  dark: {
    '--mantine-color-dimmed': ink[2],
    '--mantine-color-placeholder': ink[2],
    '--mantine-color-default-border': ink[4],
    '--mantine-color-anchor': petrol[3],
    '--mantine-color-error': '#ff9d8f',
    '--ml-surface': ink[6],
    '--ml-sunken': ink[8],
    '--ml-rail': ink[8],
    '--ml-line': ink[5],
    '--ml-selected': '#12343a',
    '--ml-plot': petrol[4],
    '--ml-status-open': ink[2],
    '--ml-status-submitted': '#7da7f5',
    '--ml-status-accepted': '#5cc98a',
    '--ml-status-sent-back': '#f2a261',
    '--ml-status-skipped': ink[3],
  },
});
