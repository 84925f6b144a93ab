import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'
import { shadesOf } from './accent.ts'

/** Colours that badges, alerts and buttons are in. */
const tinted = ['accent', 'gray', 'red', 'orange', 'yellow', 'green', 'blue'] as const

export function themeOf(accent: string): MantineThemeOverride {
  return createTheme({
    fontFamily: "'Figtree Variable', system-ui, sans-serif",
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem' }, h2: { fontSize: '1.125rem' } } },
    primaryColor: 'accent',
    primaryShade: { light: 8, dark: 8 },
    // Two of Mantine's shades, which may be written: a tuple of strings.
    colors: { accent: [...shadesOf(accent)] as unknown as MantineColorsTuple },
    defaultRadius: 'md',
    cursorType: 'pointer',
    respectReducedMotion: true,
    focusRing: 'auto',
    components: {
      Badge: { defaultProps: { tt: 'none' } },
      // A dialog's heading is no banner of the page.
      ModalHeader: { defaultProps: { role: 'none' } },
      Modal: { styles: { title: { fontWeight: 650, fontSize: '1.0625rem' } } },
      NavLink: { styles: { root: { borderRadius: 'var(--mantine-radius-md)' } } },
    },
  })
}

/** Mantine's own dimmed texts, tinted badges and errors have less contrast than WCAG AA asks for. */
export const contrastVariables: CSSVariablesResolver = () => {
  const tintedText = (shade: number): Record<string, string> =>
    Object.fromEntries(
      tinted.map((name) => [`--mantine-color-${name}-light-color`, `var(--mantine-color-${name}-${shade})`]),
    )
  const outlined = (shade: number): Record<string, string> =>
    Object.fromEntries(
      tinted.map((name) => [`--mantine-color-${name}-outline`, `var(--mantine-color-${name}-${shade})`]),
    )
  return {
    variables: {},
    light: {
      ...tintedText(9),
      ...outlined(9),
      '--mantine-color-orange-light-color': '#8a2c00',
      '--mantine-color-yellow-light-color': '#6b4200',
      '--mantine-color-green-light-color': '#1b5e2a',
      '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
      '--mantine-color-placeholder': '#5c636a',
      '--mantine-color-error': 'var(--mantine-color-red-9)',
      '--mantine-color-anchor': 'var(--mantine-color-accent-8)',
    },
    dark: {
      ...tintedText(2),
      ...outlined(3),
      '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
      '--mantine-color-placeholder': '#a6a7ab',
      '--mantine-color-error': 'var(--mantine-color-red-4)',
      '--mantine-color-anchor': 'var(--mantine-color-accent-3)',
    },
  }
}
