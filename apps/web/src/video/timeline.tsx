import type { Entry, Timeline as Moments } from '@loci/contracts';
import { memo } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { clock } from '../service/format.js';
import { texts } from '../texts.js';
import { useMoment, usePlayhead } from './playhead.js';
import { entryMarks, marksOf, placeOf, sightings, type Mark } from './timeline-layout.js';
import kinds from './kinds.module.css';
import styles from './timeline.module.css';

const words = texts.video.timeline;
/** Seconds that an arrow key moves the playhead. */
const STEP_S = 0.5;

interface TimelineProps {
  /** Seconds from 0 to the end of the last picture. */
  duration: number;
  entries: readonly Entry[];
  moments: Moments;
}

/**
 * The video in time: where the memory's entries come from, when things are first seen, where the picture
 * leaps, and the playhead. Clicks and arrow keys jump.
 */
export function Timeline({ duration, entries, moments }: TimelineProps) {
  const playhead = usePlayhead();
  const moment = useMoment();
  return (
    <Slider
      className={styles.timeline ?? ''}
      aria-label={words.label}
      minValue={0}
      maxValue={duration}
      step={STEP_S}
      value={Math.min(moment, duration)}
      onChange={(value) => playhead.seek(value)}
    >
      <SliderTrack className={styles.track ?? ''}>
        <Marks duration={duration} entries={entries} moments={moments} />
        <div className={styles.now} style={{ insetInlineStart: `${placeOf(moment, duration)}%` }} />
        <SliderThumb className={styles.thumb ?? ''} />
      </SliderTrack>
      <p className={styles.ends} aria-hidden="true">
        <span>{clock(moment)}</span>
        <span>{clock(duration)}</span>
      </p>
    </Slider>
  );
}

/** What stands still while the playhead moves. */
const Marks = memo(function Marks({ duration, entries, moments }: TimelineProps) {
  return (
    <>
      <Lane name={words.episodic} look="episodic" marks={entryMarks(entries, 'episodic', duration)} />
      <Lane name={words.working} look="working" marks={entryMarks(entries, 'working', duration)} />
      <Lane
        name={words.sightings}
        look="sighting"
        marks={sightings(moments.first_sightings, duration).map(({ names, ...mark }) => ({
          ...mark,
          title: words.seen(names, mark.t_s),
        }))}
      />
      {marksOf(moments.shot_boundaries_s ?? [], duration).map(({ at, t_s }) => (
        <b key={t_s} className={styles.shot} title={words.shot(t_s)} style={{ insetInlineStart: `${at}%` }} />
      ))}
    </>
  );
});

interface LaneProps {
  name: string;
  look: 'working' | 'episodic' | 'sighting';
  marks: (Mark & { title?: string })[];
}

const Lane = ({ name, look, marks }: LaneProps) => (
  <div className={`${styles.lane} ${kinds[look]}`} aria-hidden="true">
    <span className={styles.name}>{name}</span>
    {marks.map(({ at, t_s, title }) => (
      <i key={t_s} title={title} style={{ insetInlineStart: `clamp(2px, ${at}%, calc(100% - 2px))` }} />
    ))}
  </div>
);
