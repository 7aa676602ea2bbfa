//! A sheet for the examples: pixels with axes, captions and labels around and over them, as an SVG that holds it all.

#![allow(dead_code)] // each example uses its part of it

use std::error::Error;
use std::fmt::{Arguments, Write};

/// A colour: red, green and blue.
pub(crate) struct Rgb(pub(crate) [u8; 3]);

/// Pixels, row by row from the top.
pub(crate) struct RgbImage {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl RgbImage {
    /// The picture whose pixel in column x and row y is f(x, y).
    pub(crate) fn from_fn(width: u32, height: u32, mut f: impl FnMut(u32, u32) -> Rgb) -> Self {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let bytes = places.flat_map(|(x, y)| f(x, y).0).collect();
        Self { width, height, bytes }
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    /// As a PNG file.
    fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes)?;
        writer.finish()?;
        Ok(file)
    }
}

/// White paper with a title.
pub(crate) struct Sheet {
    width: f64,
    height: f64,
    body: String,
}

/// Where pixels lie on the sheet, and what part of the plane they show: from (left, bottom) to (right, top).
pub(crate) struct Frame {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
    pub(crate) top: f64,
}

impl Frame {
    /// The place on the sheet of a point of the plane.
    pub(crate) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (
            self.x + (x - self.left) / (self.right - self.left) * self.width,
            self.y + (self.top - y) / (self.top - self.bottom) * self.height,
        )
    }
}

impl Sheet {
    pub(crate) fn new(width: f64, height: f64, title: &str) -> Self {
        let mut sheet = Self { width, height, body: String::new() };
        sheet.text((width / 2.0, 30.0), 20.0, "middle", title);
        sheet
    }

    fn put(&mut self, element: Arguments) {
        self.body.write_fmt(element).expect("a string takes everything");
    }

    /// The pixels of a frame.
    pub(crate) fn pixels(&mut self, frame: &Frame, pixels: &RgbImage) -> Result<(), Box<dyn Error>> {
        let Frame { x, y, width, height, .. } = frame;
        let bytes = base64(&pixels.png()?);
        self.put(format_args!(
            r#"<image x="{x}" y="{y}" width="{width}" height="{height}" href="data:image/png;base64,{bytes}"/>"#
        ));
        Ok(())
    }

    /// Ticks below and on the left of a frame, and what is measured along them.
    pub(crate) fn axes(
        &mut self,
        frame: &Frame,
        (x_ticks, x_name): (&[f64], &str),
        (y_ticks, y_name): (&[f64], &str),
    ) {
        let Frame { x, y, width, height, .. } = *frame;
        for tick in x_ticks {
            let (at, below) = (frame.at(*tick, 0.0).0, y + height);
            self.line((at, below), (at, below + 6.0));
            self.text((at, below + 22.0), 14.0, "middle", &number(*tick));
        }
        self.text((x + width / 2.0, y + height + 44.0), 16.0, "middle", x_name);
        for tick in y_ticks {
            let at = frame.at(0.0, *tick).1;
            self.line((x - 6.0, at), (x, at));
            self.text((x - 10.0, at + 5.0), 14.0, "end", &number(*tick));
        }
        let (at, middle) = (x - 46.0, y + height / 2.0);
        self.put(format_args!(r#"<g transform="rotate(-90 {at} {middle})">"#));
        self.text((at, middle), 16.0, "middle", y_name);
        self.body.push_str("</g>");
    }

    /// Text on the paper; `anchor` is `start`, `middle` or `end`.
    pub(crate) fn text(&mut self, (x, y): (f64, f64), size: f64, anchor: &str, text: &str) {
        self.put(format_args!(
            r##"<text x="{x:.1}" y="{y:.1}" font-size="{size}" text-anchor="{anchor}" fill="#282c36">{text}</text>"##
        ));
    }

    /// Text in a box of its own, over pixels, to the right of a place.
    pub(crate) fn label(&mut self, (x, y): (f64, f64), text: &str) {
        let width = 8.2 * text.chars().count() as f64 + 14.0;
        self.put(format_args!(
            r##"<rect x="{x:.1}" y="{:.1}" width="{width:.1}" height="24" rx="5" fill="#ffffff" fill-opacity="0.85"/>"##,
            y - 12.0
        ));
        self.text((x + width / 2.0, y + 5.0), 15.0, "middle", text);
    }

    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.put(format_args!(
            r##"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="#282c36" stroke-width="1.2"/>"##
        ));
    }

    /// Into `target/pictures`; gives the file's name.
    pub(crate) fn save(self, name: &str) -> Result<String, Box<dyn Error>> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/pictures");
        std::fs::create_dir_all(folder)?;
        let file = format!("{folder}/{name}.svg");
        let Self { width, height, body } = self;
        std::fs::write(
            &file,
            format!(
                r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>"##
            ),
        )?;
        Ok(file)
    }
}

/// A tick: −2, 0.5.
fn number(x: f64) -> String {
    format!("{x}").replace('-', "−")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let used = digit <= three.len();
            text.push(if used { char::from(DIGITS[bits >> (18 - 6 * digit) & 63]) } else { '=' });
        }
    }
    text
}
