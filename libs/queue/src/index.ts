export type { Consumer, ConsumeOptions, DeliveryContext, Handler } from './consumer.js';
export { Dispatcher, type FactsSource } from './dispatcher.js';
export { openQueues, type QueueCounts, type Queues, type QueuesOptions } from './queues.js';
