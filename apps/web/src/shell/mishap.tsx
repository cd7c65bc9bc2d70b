import { Component, type ReactNode } from 'react';
import { Button } from '../design/button.js';
import { Empty } from '../design/empty.js';
import { texts } from '../texts.js';

/**
 * Stands in for a place that fails, so that the rest of the page stays: its scripts do not come, for the line
 * is away or another version of the page is served by now.
 */
export class Mishap extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Empty title={texts.mishap.title} text={texts.mishap.text}>
        <Button look="main" onPress={() => location.reload()}>
          {texts.mishap.again}
        </Button>
      </Empty>
    );
  }
}
