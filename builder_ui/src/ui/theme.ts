import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  // Shade 8 carries white text at more than 4.5:1; shade 6 does not.
  primaryShade: { light: 8, dark: 8 },
  // Cool greys, so that Mantine's own surfaces sit with ours in the dark.
  colors: { dark: ['#e8ebf2', '#c3cad8', '#a3adc0', '#8d98ad', '#3a4354', '#2c3442', '#1b202b', '#171b24', '#12161e', '#0f1219'] },
  fontFamily: 'var(--ol-font)',
  fontFamilyMonospace: 'var(--ol-mono)',
  defaultRadius: 8,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    Popover: { defaultProps: { transitionProps: { duration: 100 }, shadow: 'md' } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, transitionProps: { duration: 100 }, shadow: 'md' } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, centered: true } },
  },
});

/** Mantine's own pieces take their surfaces from our tokens, so both schemes are defined once. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--ol-surface)',
    '--mantine-color-text': 'var(--ol-text)',
    '--mantine-color-dimmed': 'var(--ol-dim)',
    '--mantine-color-placeholder': 'var(--ol-faint)',
    '--mantine-color-default': 'var(--ol-surface)',
    '--mantine-color-default-hover': 'var(--ol-hover)',
    '--mantine-color-default-border': 'var(--ol-line-strong)',
    '--mantine-color-default-color': 'var(--ol-text)',
    '--mantine-color-error': 'var(--ol-bad)',
  };
  return { variables: {}, light: shared, dark: shared };
};
