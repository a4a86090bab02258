import type { ITheme } from '@xterm/xterm';

/** The tokens of styles.css as xterm takes colours. The sixteen colours are readable on their ground; others are made so (see contrast). */
const light: ITheme = {
  background: '#ffffff',
  foreground: '#1b2429',
  cursor: '#0f6b66',
  cursorAccent: '#ffffff',
  selectionBackground: '#c9e4e2',
  black: '#1b2429',
  red: '#b42318',
  green: '#1a7340',
  yellow: '#8a5a00',
  blue: '#1f5fbf',
  magenta: '#9a2f8a',
  cyan: '#0f6b78',
  white: '#5c676d',
  brightBlack: '#5c676d',
  brightRed: '#c9362a',
  brightGreen: '#1f7d48',
  brightYellow: '#946200',
  brightBlue: '#2f6fd0',
  brightMagenta: '#a83f99',
  brightCyan: '#177785',
  brightWhite: '#1b2429',
};

const dark: ITheme = {
  background: '#12191d',
  foreground: '#e8eef0',
  cursor: '#5fd0c8',
  cursorAccent: '#12191d',
  selectionBackground: '#2b4a4c',
  black: '#2b353a',
  red: '#ff8a80',
  green: '#7ddc9a',
  yellow: '#f0c674',
  blue: '#8fb8ff',
  magenta: '#f0a0e0',
  cyan: '#6fd6e0',
  white: '#dfe6e8',
  brightBlack: '#94a2a8',
  brightRed: '#ffa79f',
  brightGreen: '#9ce8b4',
  brightYellow: '#ffd98f',
  brightBlue: '#aecbff',
  brightMagenta: '#ffbdf2',
  brightCyan: '#93e6ee',
  brightWhite: '#ffffff',
};

export const terminalThemes: Readonly<Record<'light' | 'dark', ITheme>> = { light, dark };
