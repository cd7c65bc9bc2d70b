import { eventSchemas, type EventName, type JobEvent } from '@loci/contracts';
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import { ClientError } from './errors.js';

/**
 * The events of one connection. They end when the stream ends and when the connection breaks.
 * @param signal the request's own; when it aborts, so does the reading
 * @throws ZodError at an event that breaks the contract
 */
export async function* readEvents(response: Response, signal?: AbortSignal): AsyncGenerator<JobEvent> {
  for await (const { id, event, data } of readMessages(response, signal)) {
    if (!isEventName(event)) continue;
    yield { id: Number(id), event, data: eventSchemas[event].parse(JSON.parse(data)) } as JobEvent;
  }
}

async function* readMessages(response: Response, signal?: AbortSignal): AsyncGenerator<EventSourceMessage> {
  if (response.body === null) throw new ClientError('The stream of events is empty.');
  const messages = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  try {
    for await (const message of messages) yield message;
  } catch (error) {
    // any other error is a broken connection, after which the client reconnects
    if (signal?.aborted === true) throw error;
  }
}

const isEventName = (name: string | undefined): name is EventName =>
  name !== undefined && name in eventSchemas;
