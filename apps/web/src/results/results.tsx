import type { Evaluation, Report, Robustness, ScoreTable } from '@loci/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { calibrationChart, calibrationTable, meanError } from '../charts/calibration-chart.js';
import { Chart } from '../charts/chart.js';
import { benchmarkName, horizonChart, horizonTable } from '../charts/horizon-chart.js';
import { peopleChart, peopleTable } from '../charts/people-chart.js';
import { heightOf } from '../charts/look.js';
import { robustnessChart, robustnessTable } from '../charts/robustness-chart.js';
import { taskChart, taskTable } from '../charts/task-chart.js';
import { Empty } from '../design/empty.js';
import { ErrorNotice } from '../design/notice.js';
import { PlaceHead } from '../design/place-head.js';
import { Waiting } from '../design/waiting.js';
import { useClient } from '../service/client.js';
import { isMissing, needsKey } from '../service/problems.js';
import { useTitle } from '../shell/use-title.js';
import { SignIn } from '../sign-in/sign-in.js';
import { texts } from '../texts/results.js';
import styles from './results.module.css';

/** Of charts over the length of the video, and of how sure Loci was; pixels. */
const [HORIZON_HEIGHT, CALIBRATION_HEIGHT] = [350, 390];

/** What the last evaluation found that ships with the model. */
export default function Results() {
  useTitle(texts.title);
  const client = useClient();
  const report = useQuery({
    queryKey: ['report'],
    queryFn: () => client.report(),
    staleTime: Infinity,
  });
  if (needsKey(report.error)) return <SignIn />;
  if (isMissing(report.error)) return <Empty title={texts.missing.title} text={texts.missing.text} />;
  if (report.isPending) return <Waiting />;
  if (report.isError) return <ErrorNotice error={report.error} onAgain={() => void report.refetch()} />;
  return <Reported report={report.data} />;
}

function Reported({ report: { evaluation, robustness } }: { report: Report }) {
  const { dataset, counts, model, made_at: madeAt } = evaluation;
  return (
    <>
      <PlaceHead title={texts.title} text={texts.world[dataset.world ?? 'unknown']} />
      <p className={styles.facts}>
        {texts.facts(counts.questions, counts.videos, model ?? dataset.name, madeAt)}{' '}
        {texts.blindNote(evaluation.blind_fitted_on)}
      </p>
      <div className={styles.charts}>
        {evaluation.tables.map((table) => (
          <Tasks key={table.benchmark} table={table} />
        ))}
        {evaluation.horizon.length > 0 && <Horizon evaluation={evaluation} />}
        <Calibrated evaluation={evaluation} />
        {robustness !== null && <Robust study={robustness} />}
        <People />
      </div>
    </>
  );
}

interface SectionProps {
  title: string;
  text: string;
  children: ReactNode;
}

const Section = ({ title, text, children }: SectionProps) => (
  <section className={styles.section}>
    <header>
      <h2>{title}</h2>
      <p>{text}</p>
    </header>
    {children}
  </section>
);

function Tasks({ table }: { table: ScoreTable }) {
  const spec = useMemo(() => taskChart(table), [table]);
  const name = benchmarkName(table.benchmark);
  const figures = taskTable(table);
  const { score, blind } = table.macro ?? table.micro;
  const guess = blind === null ? texts.none : texts.percent(blind);
  return (
    <Section title={texts.tasks.title(name)} text={texts.tasks.summary(texts.percent(score), guess)}>
      <Chart
        caption={texts.tasks.caption(name)}
        spec={spec}
        height={heightOf(figures.rows.length, { legend: true })}
        table={figures}
      />
    </Section>
  );
}

function Horizon({ evaluation: { horizon } }: { evaluation: Evaluation }) {
  const spec = useMemo(() => horizonChart(horizon), [horizon]);
  const { title, text, caption } = texts.horizon;
  return (
    <Section title={title} text={text}>
      <Chart caption={caption} spec={spec} height={HORIZON_HEIGHT} table={horizonTable(horizon)} />
    </Section>
  );
}

function Calibrated({ evaluation: { calibration } }: { evaluation: Evaluation }) {
  const spec = useMemo(() => calibrationChart(calibration), [calibration]);
  const { title, text, caption } = texts.calibration;
  const error = meanError(calibration);
  if (error === null) return null;
  return (
    <Section title={title} text={text(texts.percent(error * 100))}>
      <Chart
        caption={caption}
        spec={spec}
        height={CALIBRATION_HEIGHT}
        table={calibrationTable(calibration)}
      />
    </Section>
  );
}

function Robust({ study }: { study: Robustness }) {
  const spec = useMemo(() => robustnessChart(study), [study]);
  const { title, text, caption } = texts.robustness;
  const figures = robustnessTable(study);
  const questions = Math.max(0, ...study.variants.map((variant) => variant.questions));
  const videos = Math.max(0, ...study.variants.map((variant) => variant.videos));
  return (
    <Section title={title} text={text(questions, videos)}>
      <Chart caption={caption} spec={spec} height={heightOf(figures.rows.length)} table={figures} />
    </Section>
  );
}

const People = () => (
  <Section title={texts.people.title} text={texts.people.text}>
    <Chart
      caption={texts.people.caption}
      spec={peopleChart}
      height={heightOf(peopleTable.rows.length)}
      table={peopleTable}
    />
  </Section>
);
