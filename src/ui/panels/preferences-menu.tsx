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
          <Icon name="globe" />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.Label>{words.theme}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as (typeof schemes)[number])}>
          {schemes.map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick>
              {schemeNames[scheme]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{words.language}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(code) => setLanguage(code as Language)}>
          {(Object.keys(languages) as Language[]).map((code) => (
            <Menu.RadioItem key={code} value={code} lang={code} closeMenuOnClick>
              {languages[code].name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
