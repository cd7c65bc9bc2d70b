import './library/dropped-files.js';
import './service/plain-schemas.js';
import './design/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.js';
import { QueriesOfKey } from './service/queries-of-key.js';
import { wearKeptTheme } from './shell/theme.js';

wearKeptTheme();
const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element #page');
// what is caught is shown by whom it is caught
createRoot(page, { onCaughtError: (error) => console.warn(error) }).render(
  <StrictMode>
    <QueriesOfKey>
      {/* where one went is shown in the next picture; what is slow to draw there follows by itself */}
      <BrowserRouter useTransitions={false}>
        <App />
      </BrowserRouter>
    </QueriesOfKey>
  </StrictMode>,
);
