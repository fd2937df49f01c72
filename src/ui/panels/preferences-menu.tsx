// Theme and language: preferences of this browser.
import { Menu, useMantineColorScheme } from '@mantine/core';
import { languages, useLanguage, type Language } from '../state/language.tsx';
import { Icon } from '../widgets/icon.tsx';
import classes from './preferences-menu.module.css';

const schemes = ['auto', 'dark', 'light'] as const;

export function PreferencesMenu() {
  const { language, words, setLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemeNames = { auto: words.themeSystem, dark: words.themeDark, light: words.themeLight };
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <button type="button" className="button" data-bare aria-label={words.preferences} title={words.preferences}>
          <span aria-hidden>文A</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.Label>{words.theme}</Menu.Label>
        {schemes.map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} aria-checked={scheme === colorScheme} role="menuitemradio">
            <span className={classes.tick}>{scheme === colorScheme && <Icon name="check" size={12} />}</span>
            {schemeNames[scheme]}
          </Menu.Item>
        ))}
        <Menu.Label>{words.language}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((code) => (
          <Menu.Item key={code} onClick={() => setLanguage(code)} lang={code} aria-checked={code === language} role="menuitemradio">
            <span className={classes.tick}>{code === language && <Icon name="check" size={12} />}</span>
            {languages[code].name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
