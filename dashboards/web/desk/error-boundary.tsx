/** A part that throws must not leave a white page: it says so, and what to rely on meanwhile. */
import { Component, type ReactNode } from "react";
import { translate } from "../shared/i18n.ts";

type Props = { readonly children: ReactNode };

export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="whole-page" role="alert">
        <h1>{translate("error.title")}</h1>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {translate("error.reload")}
        </button>
        <a href="/plain">/plain</a>
      </main>
    );
  }
}
