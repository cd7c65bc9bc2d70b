import { runCommand } from '@loci/host';
import { StartError } from '@loci/service';
import { findFaults, summaryOf } from './doctor/find-faults.js';
import { withStores } from './doctor/stores.js';
import { takeNoArguments } from './no-arguments.js';
import { readSettings } from './stack/settings.js';

/** `npm run doctor`: says where rows and objects do not match, and changes nothing. */
await runCommand(
  (say) => {
    takeNoArguments();
    return withStores(readSettings(), say, async (stores) => {
      const faults = await findFaults(stores);
      for (const { sentence } of faults) console.log(sentence);
      console.log(summaryOf(faults));
      return faults.length === 0 ? 0 : 1;
    });
  },
  [StartError],
);
