import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** Mantine gives behaviour (popovers, menus, dialogs); its looks are replaced by the tokens of tokens.css. */
export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11px', sm: '12.5px', md: '12.5px', lg: '15px', xl: '22px' },
  radius: { xs: '2px', sm: '2px', md: '2px', lg: '2px', xl: '2px' },
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  defaultRadius: 'xs',
  components: {
    Popover: { defaultProps: { transitionProps: { duration: 0 }, offset: 4 } },
    Menu: { defaultProps: { transitionProps: { duration: 0 }, offset: 4 } },
    Modal: { defaultProps: { transitionProps: { duration: 0 } } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-dim)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-placeholder': 'var(--text-faint)',
  '--mantine-color-error': 'var(--error)',
  '--mantine-primary-color-filled': 'var(--accent)',
};

export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
