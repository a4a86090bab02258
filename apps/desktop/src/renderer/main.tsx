import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { App } from './app/app.tsx';
import { detectPlatform } from './platform/platform.ts';
import './styles.css';

// The page's policy forbids code that is made at run time, which zod's compiled form is.
config({ jitless: true });

const container = document.querySelector('#root');
if (container === null) throw new Error('index.html lacks its root element.');

const platform = await detectPlatform();
createRoot(container).render(
  <StrictMode>
    <App platform={platform} />
  </StrictMode>,
);
