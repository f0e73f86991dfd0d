//! A browser without a window, Chromium, driven as a person would use it: each key and touch waits
//! until its target is there and can be used, and for nothing else.

use super::ports::free_ports;
use super::postfix::PATIENCE;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Wait between two tries.
const PAUSE: Duration = Duration::from_millis(50);

pub struct Browser {
    client: Client,
    _driver: Driver,
    /// Where it takes its home to be; it writes there only.
    _home: TempDir,
}

/// `chromedriver` and the browser that it starts; both end with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The group: the browser is its child. It may have ended by itself.
        let _ = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -9 -{}", self.0.id()))
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

impl Browser {
    pub async fn start() -> Self {
        let [port] = free_ports();
        let home = tempfile::tempdir().expect("a temporary folder");
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a browser: apt-get install chromium chromium-driver");
        let driver = Driver(driver);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "chromedriver does not start");
            tokio::time::sleep(PAUSE).await;
        }
        // Root has no sandbox; a machine of tests may have little shared memory.
        let options = serde_json::json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900",
        ] });
        let capabilities: Capabilities = [("goog:chromeOptions".to_owned(), options)]
            .into_iter()
            .collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a session of the browser");
        Self {
            client,
            _driver: driver,
            _home: home,
        }
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page is there");
    }

    /// Runs a script in the page; what it hands to its last argument is the result.
    pub async fn run(&self, script: &str, arguments: Vec<serde_json::Value>) -> serde_json::Value {
        self.client
            .execute_async(script, arguments)
            .await
            .expect("the script ends")
    }

    /// Presses what the selector finds first.
    pub async fn press(&self, css: &str) {
        self.once_usable(css, |element| async move { element.click().await })
            .await;
    }

    /// Types into a field.
    pub async fn write(&self, css: &str, text: &str) {
        self.once_usable(css, |element| async move { element.send_keys(text).await })
            .await;
    }

    /// Waits until the selector finds something.
    pub async fn see(&self, css: &str) {
        self.once_usable(css, |_| async { Ok(()) }).await;
    }

    async fn once_usable<F: Future<Output = Result<(), CmdError>>>(
        &self,
        css: &str,
        act: impl Fn(Element) -> F,
    ) {
        let begun = Instant::now();
        loop {
            let done = match self.client.find(Locator::Css(css)).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            let Err(error) = done else { return };
            let patient = begun.elapsed() < PATIENCE;
            assert!(
                patient,
                "{css}: {error}\n{}",
                self.client.source().await.unwrap_or_default()
            );
            tokio::time::sleep(PAUSE).await;
        }
    }
}
