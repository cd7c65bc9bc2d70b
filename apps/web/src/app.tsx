import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Library } from './library/library.js';
import { Uploads } from './library/uploads.js';
import { Waiting } from './design/waiting.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';

const VideoPlace = lazy(() => import('./video/video-place.js'));
const Quiz = lazy(() => import('./quiz/quiz.js'));
const Examples = lazy(() => import('./examples/examples.js'));
const Results = lazy(() => import('./results/results.js'));
const System = lazy(() => import('./system/system.js'));

export const App = () => (
  <Uploads>
    <Shell>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/" element={<Library />} />
          <Route path="/videos/:id" element={<VideoPlace />} />
          <Route path="/videos/:id/:view" element={<VideoPlace />} />
          <Route path="/quiz" element={<Quiz />} />
          <Route path="/examples" element={<Examples />} />
          <Route path="/results" element={<Results />} />
          <Route path="/system" element={<System />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Shell>
  </Uploads>
);
