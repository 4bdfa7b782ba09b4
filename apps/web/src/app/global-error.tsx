'use client';

/** The last resort: the root layout itself failed, so neither theme nor messages are there. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: 48 }}>
        <main>
          <h1>Maskloop could not show this page</h1>
          <p>The page failed while it was built. Nothing that was saved is lost.</p>
          <p lang="ko">페이지를 표시하지 못했습니다. 저장된 작업은 사라지지 않습니다.</p>
          <button type="button" onClick={reset}>
            Try again · 다시 시도
          </button>
        </main>
      </body>
    </html>
  );
}
