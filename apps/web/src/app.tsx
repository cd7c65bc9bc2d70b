import { lazy, Suspense } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { Library } from './library/library.js';
import { Uploads } from './library/uploads.js';
import { Waiting } from './design/waiting.js';
import { Mishap } from './shell/mishap.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';
import { placeOf } from './shell/use-arrival.js';

const VideoPlace = lazy(() => import('./video/video-place.js'));
const Quiz = lazy(() => import('./quiz/quiz.js'));
const Examples = lazy(() => import('./examples/examples.js'));
const Results = lazy(() => import('./results/results.js'));
const System = lazy(() => import('./system/system.js'));

export function App() {
  const place = placeOf(useLocation().pathname);
  return (
    <Uploads>
      <Shell>
        <Suspense fallback={<Waiting />}>
          <Mishap key={place}>
            <Routes>
              <Route path="/" element={<Library />} />
              <Route path="/videos/:id" element={<VideoPlace />} />
              <Route path="/videos/:id/:view" element={<VideoPlace />} />
              <Route path="/quiz" element={<Quiz />} />
              <Route path="/quiz/:round" element={<Quiz />} />
              <Route path="/examples" element={<Examples />} />
              <Route path="/results" element={<Results />} />
              <Route path="/system" element={<System />} />
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Mishap>
        </Suspense>
      </Shell>
    </Uploads>
  );
}
