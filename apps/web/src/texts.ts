import { bytes, clock } from './service/format.js';

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const duration = (seconds: number): string =>
  seconds < 90
    ? plural(Math.max(1, Math.round(seconds)), 'second')
    : plural(Math.round(seconds / 60), 'minute');

const length = (metres: number): string => `${metres.toFixed(2)} m`;

/** Every English text of the page. */
export const texts = {
  name: 'Loci',
  placesLabel: 'Places',
  places: { quiz: 'Try it', examples: 'Examples', results: 'Results', system: 'System' },
  skip: 'Skip to the content',
  theme: { light: 'Use light colours', dark: 'Use dark colours' },
  waiting: 'Loading',
  again: 'Try again',
  noAnswer: 'Loci does not answer. It may be starting again; what was saved is safe.',
  lost: {
    title: 'Nothing here',
    text: 'This address leads nowhere, or to something that was deleted.',
    back: 'Back to the library',
  },
  mishap: {
    title: 'This place does not open',
    text: 'The line may be away, or Loci was renewed while this page was open. What was saved is safe.',
    again: 'Load the page again',
  },
  away: 'The connection to Loci broke. Trying again…',

  signIn: {
    title: 'Sign in',
    text: 'Loci wants an API key here. It stays in this tab, and is forgotten when you close it.',
    local: 'If you started Loci on this machine without keys of your own, the key is “dev”.',
    label: 'API key',
    submit: 'Sign in',
    refused: 'This key is not known. Check it and try again.',
    out: 'Sign out',
  },

  library: {
    title: 'Library',
    text: 'Walks through rooms, and what Loci remembers of them.',
    add: 'Add a video',
    dropNow: 'Let go to add it to the library',
    empty: {
      title: 'Bring a walk through your rooms',
      text:
        'Film a room in one slow sweep and drop the file here. Loci watches it once, builds a map and a ' +
        'memory of where things are, and answers your questions from then on.',
      hint: 'MP4, MOV, WebM or MKV. The folder samples/ of the checkout has walks to begin with.',
    },
    more: 'Show more',
    unnamed: (created: string) => `Walk of ${created}`,
    thumbnail: (name: string) => `First picture of ${name}`,
    length: (seconds: number) => `${clock(seconds)} long`,
    states: {
      none: 'Not remembered yet',
      queued: 'Waiting for a worker',
      running: (percent: string) => `Remembering, ${percent}`,
      succeeded: 'Remembered',
      failed: 'Could not be remembered',
      canceled: 'Stopped',
    },
  },

  upload: {
    title: 'Uploads',
    sending: (sent: number, total: number) => `${bytes(sent)} of ${bytes(total)}`,
    speed: (bytesPerS: number) => `${bytes(bytesPerS)}/s`,
    checking: 'Looking at the file…',
    done: 'Added. Loci begins to remember it.',
    stopped: (sent: number, total: number) => `Stopped at ${bytes(sent)} of ${bytes(total)}.`,
    failed: 'The connection broke before all of it was sent. What has arrived is kept for a day.',
    unreadable: 'This cannot be read. Of a folder, drop the videos that are in it.',
    stop: (name: string) => `Stop the upload of ${name}`,
    goOn: 'Go on',
    dismiss: (name: string) => `Dismiss ${name}`,
    label: (name: string) => `Upload of ${name}`,
  },

  video: {
    views: { ask: 'Ask', map: 'Map', memory: 'Memory' },
    viewsLabel: 'What to look at',
    player: (name: string) => `Video: ${name}`,
    facts: (seconds: number, width: number, height: number, codec: string) =>
      `${clock(seconds)}, ${width} × ${height}, ${codec}`,
    unplayable: 'This browser cannot play the file. Its memory can be asked all the same.',
    timeline: {
      label: 'Moment of the video',
      at: (seconds: number) => `At ${clock(seconds)}`,
      working: 'Working memory',
      episodic: 'Episodic memory',
      sightings: 'First seen',
      shot: (seconds: number) => `The picture leaps at ${clock(seconds)}`,
      seen: (names: readonly string[], seconds: number) =>
        `${names.join(', ')}: first seen ${clock(seconds)}`,
      jump: (kind: string, seconds: number) => `${kind}, ${clock(seconds)}`,
    },
    building: {
      label: 'How far the memory is',
      queued: 'Waiting for a worker to begin.',
      chunks: (done: number, total: number) => `${done} of ${plural(total, 'chunk')} remembered`,
      left: (seconds: number) => `about ${duration(seconds)} left`,
      cancel: 'Stop',
      failed: 'This walk could not be remembered.',
      canceled: 'Remembering was stopped.',
      again: 'Remember it again',
      none: 'Loci has not looked at this video yet.',
      start: 'Remember it',
    },
    memory: {
      title: 'What it remembers',
      text: (working: number, episodic: number) =>
        [
          `${plural(working, 'picture')} in working memory, the latest; ${episodic} in episodic memory,`,
          'the ones that matter. The memory keeps this size however long the video is.',
        ].join(' '),
      empty: 'Nothing yet. The first pictures appear with the first chunk.',
      jump: (kind: string, seconds: number) => `${kind} at ${clock(seconds)}: show it in the video`,
      firstSeen: 'First seen',
      jumpFirst: (name: string, seconds: number) => `${name}, first seen at ${clock(seconds)}: show it`,
    },
  },

  ask: {
    title: 'Ask about this space',
    placeholder: 'How far is the bed from the door?',
    submit: 'Ask',
    asking: 'Thinking…',
    tooLong: (length: number, max: number) =>
      `The question has ${length} characters, where Loci reads at most ${max}. Make it shorter.`,
    options: 'Give choices',
    optionsLabel: 'Choices, one a line',
    tooMany: (count: number, max: number) => `${count} choices, where Loci takes at most ${max}.`,
    optionsHint: 'Two or more. Loci answers with one of them.',
    asOf: (seconds: number) => `As of ${clock(seconds)}, this moment of the video`,
    asOfCard: (seconds: number) => `as of ${clock(seconds)}`,
    suggestions: 'Try one of these',
    history: 'Answers',
    earlier: 'Earlier answers',
    empty:
      'Nothing asked yet. Each answer says how the question was taken, how sure it is, and where in the ' +
      'video it comes from.',
    notYet: 'Questions can be asked as soon as the first chunk is remembered.',
    understood: 'Understood as',
    confidence: 'Confidence',
    confidenceText: (percent: string) => `Of answers like this one, ${percent} are right`,
    outOfDomain: 'This video does not look like what the model was trained on. Do not rely on this answer.',
    reasoned: 'Reasoned from',
    evidence: 'Seen at',
    evidenceJump: (seconds: number) => `Show ${clock(seconds)} in the video`,
    refused: 'No answer',
    failed: 'This question failed.',
    pending: 'Waiting for the answer…',
    curl: 'Copy as curl',
    copied: 'Copied',
    size: (cm: number) => `${cm < 100 ? `${Math.round(cm)} cm` : length(cm / 100)} long`,
    firstSeen: (seconds: number) => `first seen ${clock(seconds)}`,
  },

  map: {
    notYet: 'The map begins with the first chunk.',
    noWebgl: 'This browser cannot draw in three dimensions (WebGL). The objects are listed below.',
    scene: (points: number) =>
      `Map of ${plural(points, 'point')}, with the way of the camera, and objects as boxes (listed below).`,
    top: 'From above',
    clear: 'Clear the measure',
    point: 'a point',
    metres: length,
    measure: {
      how: 'Click two things to measure between them. Drag to turn, scroll to come closer.',
      first: (name: string) => `From ${name} to …`,
      both: (from: string, to: string, metres: number) => `From ${from} to ${to}: ${length(metres)}`,
    },
    objects: {
      title: (count: number) => plural(count, 'thing'),
      thing: 'Thing',
      size: 'Size',
      confidence: 'Sure',
      firstSeen: 'First seen',
      unknown: '–',
      metres: (size: readonly number[]) => `${size.map((side) => side.toFixed(1)).join(' × ')} m`,
      pick: (name: string) => `Measure from or to ${name}`,
      jump: (name: string, seconds: number) => `Show ${name} at ${clock(seconds)} in the video`,
    },
    downloads: {
      title: 'Downloads of the map',
      ply: 'Points (PLY)',
      tum: 'Trajectory (TUM)',
      json: 'Everything (JSON)',
    },
    show: 'Show on the map',
    used: 'Amber: what the answer was reasoned from, and from where its evidence was seen.',
  },

  problems: {
    unauthorized: 'An API key is needed for this.',
    forbidden: 'This key does not open that.',
    'not-found': 'There is no such thing any more.',
    'video-too-large': 'This file is too large.',
    'unsupported-media-type': 'Loci does not take files of this kind.',
    'not-a-video': 'This file is not a video that Loci can read.',
    'no-video-track': 'This file has no pictures, only sound or data.',
    'no-frames': 'This video has no pictures in it.',
    'video-too-long': 'This video is too long.',
    'video-too-many-pixels': 'The pictures of this video are too large.',
    'video-rejected': 'This video was rejected.',
    'not-ready': 'That is not remembered yet.',
    'as-of-out-of-range': 'That moment lies outside of the video.',
    'question-too-long': 'The question is too long.',
    'job-ended': 'It had already ended.',
    'clip-lost': 'The stored video is missing or damaged.',
    'decode-failed': 'The video could not be decoded.',
    'poison-chunk': 'Workers broke repeatedly on the same part of this video.',
    'inference-failed': 'The model could not be run.',
    busy: 'Loci is busy just now. Try again in a moment.',
    unavailable: 'Something that Loci needs is away. Try again in a moment.',
    internal: 'Something went wrong on our side.',
  },
} as const;
